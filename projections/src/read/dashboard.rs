//! The dashboard, put together from its rows.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use docket_domain::{OrganizationId, UserId};
use sea_query::{Alias, Asterisk, Expr, Func, Query, SelectStatement};

use super::ReadModels;
use super::models::read;
use crate::dashboard::{
    CycleTime, Dashboard, DayRow, MemberDayRow, OpenWorkRow, SlaCompliance, TotalRow, Workload,
    columns,
};
use crate::error::{QueryError, ViewsError};
use crate::query::docs_between;
use crate::table::{Row, org_text};

/// The longest range: three years of days are put together in some ten milliseconds.
const MAX_DAYS: u32 = 1_098;

type People = BTreeMap<UserId, Workload>;

impl ReadModels {
    /// How the work of `org` goes. What is counted over time is counted by whole days in UTC: those of
    /// `from`, of `to`, and all between.
    ///
    /// # Errors
    /// `Query` when the range ends before it begins, or is longer than three years; else as [`Self::get`].
    pub async fn dashboard(
        &self,
        org: OrganizationId,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Result<Dashboard, ViewsError> {
        let (from, to) = (from.date_naive(), to.date_naive());
        if from > to || (to - from).num_days() >= i64::from(MAX_DAYS) {
            return Err(QueryError::Range { max_days: MAX_DAYS }.into());
        }
        let totals = self.get::<TotalRow>(org, org).await?;
        let totals = totals.map_or_else(|| TotalRow::new(org), |row| TotalRow::clone(&row));
        let mut dashboard = Dashboard {
            from,
            to,
            runs: totals.runs,
            tasks: totals.tasks,
            approvals: totals.approvals,
            days: self.days(org, (from, to)).await?,
            run_times: CycleTime::default(),
            task_times: CycleTime::default(),
            approval_times: CycleTime::default(),
            sla: SlaCompliance::default(),
            workload: self.workload(org, (from, to)).await?,
        };
        dashboard.sum();
        Ok(dashboard)
    }

    async fn days(
        &self,
        org: OrganizationId,
        range: (NaiveDate, NaiveDate),
    ) -> Result<Vec<DayRow>, ViewsError> {
        let mut days: Vec<DayRow> = self.between(org, range).await?;
        days.sort_by_key(|day| day.id);
        Ok(days)
    }

    async fn workload(
        &self,
        org: OrganizationId,
        range: (NaiveDate, NaiveDate),
    ) -> Result<Vec<Workload>, ViewsError> {
        let mut people = People::new();
        for row in self.between::<MemberDayRow>(org, range).await? {
            let person = person(&mut people, row.id.user);
            person.tasks_completed += row.tasks_completed;
            person.votes += row.votes;
        }
        let question = self.views.db.question(held(&org_text(Some(org))));
        for (user, status, tasks) in
            self.ask::<OpenWorkRow, (String, String, i64)>(question).await?
        {
            let corrupt = |error: docket_domain::IdError| ViewsError::Corrupt {
                table: OpenWorkRow::TABLE.name,
                reason: error.to_string(),
            };
            let person = person(&mut people, user.parse().map_err(corrupt)?);
            match status.as_str() {
                "open" => person.open = tasks.unsigned_abs(),
                _ => person.in_progress = tasks.unsigned_abs(),
            }
        }
        Ok(people.into_values().collect())
    }

    /// The rows whose ids begin with a day of the range.
    async fn between<R: Row>(
        &self,
        org: OrganizationId,
        (from, to): (NaiveDate, NaiveDate),
    ) -> Result<Vec<R>, ViewsError> {
        // The id of a day is shorter than that of a person's day, and so sorts before it.
        let after = to.succ_opt().unwrap_or(to).to_string();
        let statement = docs_between(&R::TABLE, &org_text(Some(org)), &from.to_string(), &after);
        let docs = self.ask::<R, (String,)>(self.views.db.question(statement)).await?;
        docs.iter().map(|(doc,)| read::<R>(doc).map(|row| R::clone(&row))).collect()
    }
}

fn person(people: &mut People, user: UserId) -> &mut Workload {
    people.entry(user).or_insert_with(|| Workload::nothing(user))
}

/// How many tasks each person holds in each state.
fn held(org: &str) -> SelectStatement {
    let (assignee, status) = (Alias::new(columns::ASSIGNEE.name), Alias::new(columns::STATUS.name));
    Query::select()
        .columns([assignee.clone(), status.clone()])
        .expr(Func::count(Expr::col(Asterisk)))
        .from(Alias::new(OpenWorkRow::TABLE.name))
        .and_where(Expr::col(Alias::new("org_id")).eq(org))
        .and_where(Expr::col(assignee.clone()).is_not_null())
        .group_by_columns([assignee, status])
        .to_owned()
}
