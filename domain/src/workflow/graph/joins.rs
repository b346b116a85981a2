//! How joins wait, and that none of them waits for ever.
//!
//! A token that waits at a join waits for another one if that can still *arrive*: if a way leads from where
//! it is to the join without passing the join's *boundary*. The boundary is the innermost step that
//! dominates every split which can send two tokens to the join: a token that passes it again belongs to
//! another round of a loop. Two tokens of one split that a waiting join on the way is sure to have made
//! one of are no two tokens: such a split does not count.

use std::collections::BTreeMap;

use super::dominators::Dominators;
use super::steps::{Graph, set};
use crate::workflow::definition::{Join, Split};

/// The joins that wait, by the place of their steps.
#[derive(Debug, Default)]
pub(in crate::workflow) struct Joins(BTreeMap<usize, JoinPlan>);

/// How one join waits.
#[derive(Debug)]
pub(crate) struct JoinPlan {
    /// Whether a token that is about to enter a step can still arrive.
    entering: Vec<bool>,
    /// Whether a token that is at work in a step can still arrive.
    leaving: Vec<bool>,
}

impl JoinPlan {
    /// Whether a token that is about to enter the step at `at` can still arrive.
    pub(crate) fn can_enter_from(&self, at: usize) -> bool {
        set(&self.entering, at)
    }

    /// Whether a token that is at work in the step at `at` can still arrive.
    pub(crate) fn can_leave_from(&self, at: usize) -> bool {
        set(&self.leaving, at)
    }
}

impl Joins {
    /// The joins of a graph.
    pub(in crate::workflow) fn of(graph: &Graph) -> Self {
        let reachable = graph.reachable();
        let generators = generators(graph, &|at| graph.waits(at));
        let tree = Dominators::of(graph, graph.start);
        let waiting = (0..graph.nodes.len()).filter(|at| graph.waits(*at) && set(&reachable, *at));
        Self(
            waiting
                .map(|join| {
                    let splits = generators.get(&join).into_iter().flatten().copied();
                    let boundary = splits
                        .filter(|split| set(&reachable, *split))
                        .reduce(|a, b| tree.common(a, b));
                    (join, plan(graph, join, boundary))
                })
                .collect(),
        )
    }

    /// How the join of the step at `at` waits; `None` where every token starts the step.
    pub(in crate::workflow) fn get(&self, at: usize) -> Option<&JoinPlan> {
        self.0.get(&at)
    }

    /// The joins, each waiting for tokens that could wait at another one of them for ever, or be absorbed
    /// there because a token that waits or is absorbed here has outrun them.
    pub(in crate::workflow) fn circles(&self) -> Vec<usize> {
        let blocks = |by: usize, at: usize| {
            by != at && self.get(at).is_some_and(|plan| plan.can_enter_from(by))
        };
        let mut left: Vec<usize> = self.0.keys().copied().collect();
        // Whatever nothing left can block, or blocks nothing left, is in no circle.
        loop {
            let before = left.len();
            let current = left.clone();
            left.retain(|at| {
                current.iter().any(|by| blocks(*by, *at))
                    && current.iter().any(|other| blocks(*at, *other))
            });
            if left.len() == before {
                return left;
            }
        }
    }

    /// The counting joins to which fewer tokens may come than they wait for.
    pub(in crate::workflow) fn starving(&self, graph: &Graph) -> Vec<usize> {
        let tree = Dominators::of(graph, graph.start);
        // A split at which two tokens can be at work mixes two rounds of its branches. Its own tokens come
        // back to it only through the join, as one: that is asked for below.
        let senders = generators(graph, &|at| graph.parallel_splits().any(|split| split == at));
        let is_mixing = |split: usize| {
            senders.get(&split).is_some_and(|from| from.iter().any(|sender| *sender != split))
                || graph
                    .parallel_splits()
                    .any(|sender| sender != split && self.multiplies(graph, sender, split, None))
        };
        let counted = self.0.keys().filter_map(|at| match graph.join(*at) {
            Join::Count(count) => Some((*at, usize::try_from(count).unwrap_or(usize::MAX))),
            Join::Any | Join::All | Join::First => None,
        });
        counted
            .filter(|(join, count)| {
                let sure = |split: usize| {
                    split != *join
                        && !is_mixing(split)
                        && graph.nodes.get(split).is_some_and(|node| node.split == Split::All)
                        && tree.dominates(split, *join)
                        && comes_back_only_through(graph, *join, split)
                        && comes_back_only_through(graph, split, *join)
                        && self.is_bounded(graph, split, *join)
                        && sure_tokens(graph, split, *join) >= *count
                };
                !graph.parallel_splits().any(sure)
            })
            .map(|(join, _)| join)
            .collect()
    }

    /// Whether the branches of `split` make only so many tokens before `join`. Tokens without number outlive
    /// their round, and what a join inside lets pass of them it takes from the next.
    fn is_bounded(&self, graph: &Graph, split: usize, join: usize) -> bool {
        let region = after(graph, split, &[join]);
        graph
            .parallel_splits()
            .filter(|inner| *inner != split && set(&region, *inner))
            .all(|inner| !self.multiplies(graph, inner, join, Some(join)))
    }

    /// Whether tokens of two rounds of `split` can be on their way to `target` at once, or at it: the split
    /// can start itself again, before a token passes `limit`, with tokens of the round before left behind.
    fn multiplies(&self, graph: &Graph, split: usize, target: usize, limit: Option<usize>) -> bool {
        let comes_back = |by: Option<usize>| {
            let closed: Vec<usize> = limit.into_iter().chain(by).collect();
            set(&after(graph, split, &closed), split)
        };
        let settles = |(join, plan): (&usize, &JoinPlan)| {
            if *join == split || comes_back(Some(*join)) {
                return false;
            }
            // Whatever is left behind when the join passes: it was waited for, or is absorbed afterwards.
            let before = after(graph, split, &[*join]);
            let meets = graph.join(*join) == Join::All || !set(&before, target);
            let arriving = graph.previous(*join).iter().copied().chain([target]);
            let left = graph.spread(arriving, |at| !set(&before, at), Graph::previous);
            meets && (0..graph.nodes.len()).all(|at| !set(&left, at) || plan.can_leave_from(at))
        };
        comes_back(None) && !self.0.iter().any(settles)
    }
}

/// For each step that `is_asked` for, the splits that can send it two tokens.
fn generators(graph: &Graph, is_asked: &dyn Fn(usize) -> bool) -> BTreeMap<usize, Vec<usize>> {
    let mut found: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for split in graph.parallel_splits() {
        let tree = Dominators::of(graph, split);
        let targets = graph.next(split);
        let branches: Vec<Vec<bool>> =
            targets.iter().map(|to| graph.spread([*to], |at| at == split, Graph::next)).collect();
        for join in (0..graph.nodes.len()).filter(|at| is_asked(*at)) {
            let arrives = |(to, branch): &(&usize, &Vec<bool>)| {
                **to == join || graph.previous(join).iter().any(|from| set(branch, *from))
            };
            let ways = targets.iter().zip(&branches).filter(arrives).count();
            if ways > 1 && (join == split || !tree.between(join).any(|at| graph.waits(at))) {
                found.entry(join).or_default().push(split);
            }
        }
    }
    found
}

fn plan(graph: &Graph, join: usize, boundary: Option<usize>) -> JoinPlan {
    let entering = graph.spread([join], |at| Some(at) == boundary && at != join, Graph::previous);
    let leaving = (0..graph.nodes.len())
        .map(|at| Some(at) != boundary && graph.next(at).iter().any(|to| set(&entering, *to)))
        .collect();
    JoinPlan { entering, leaving }
}

/// What a token that has left `step` can come to without entering what is `closed`.
fn after(graph: &Graph, step: usize, closed: &[usize]) -> Vec<bool> {
    graph.spread(graph.next(step).iter().copied(), |at| closed.contains(&at), Graph::next)
}

/// Whether a token that has left `step` passes `by` before it comes to `step` again.
fn comes_back_only_through(graph: &Graph, step: usize, by: usize) -> bool {
    !set(&after(graph, step, &[by]), step)
}

/// How many tokens of one round of `split` are sure to come to `join`.
fn sure_tokens(graph: &Graph, split: usize, join: usize) -> usize {
    let is_sure = |region: &Vec<bool>| {
        !set(region, split)
            && region.iter().enumerate().all(|(at, inside)| !inside || !graph.next(at).is_empty())
    };
    let regions: Vec<Vec<bool>> = graph
        .next(split)
        .iter()
        .map(|to| graph.spread([*to], |at| at == join, Graph::next))
        .filter(is_sure)
        .collect();
    // Branches that meet at a waiting join before come on as one token.
    let meets = |a: &[bool], b: &[bool]| {
        (0..graph.nodes.len()).any(|at| at != join && graph.waits(at) && set(a, at) && set(b, at))
    };
    let mut groups: Vec<Vec<bool>> = Vec::new();
    for region in regions {
        let (met, apart): (Vec<_>, Vec<_>) =
            groups.into_iter().partition(|group| meets(group, &region));
        let merged = met
            .into_iter()
            .fold(region, |all, group| all.iter().zip(&group).map(|(a, b)| *a || *b).collect());
        groups = apart;
        groups.push(merged);
    }
    groups.len()
}
