//! How often a log-in may fail, by address and by account.
//!
//! A generic cell rate algorithm: each key has a time at which its budget would be whole again, which every
//! attempt moves on. An attempt is charged before it is made, so that many at a time cannot outrun the
//! limit, and given back when it succeeds, which is why this is no ready-made limiter.

use std::net::IpAddr;

use chrono::{DateTime, Duration, Utc};
use moka::ops::compute::{CompResult, Op};
use moka::sync::Cache;

use super::IdentityError;

/// Failures that are free at first.
const BURST: i32 = 10;

/// How long it takes until one more is free.
const REFILL: Duration = Duration::seconds(6);

/// The most addresses and accounts that are remembered; those that fail most stay longest.
const MAX_KEYS: u64 = 200_000;

/// Whose failures are counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Budget {
    /// A network address; of IPv6 the first 64 bits, which one customer has to himself.
    Address(IpAddr),
    /// An account, by the fingerprint of its e-mail address, whether it exists or not.
    Account(String),
}

impl Budget {
    /// The budget of a network address.
    pub(super) fn of_address(address: IpAddr) -> Self {
        const NETWORK: u128 = !0 << 64;
        Self::Address(match address.to_canonical() {
            IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() & NETWORK).into()),
            v4 @ IpAddr::V4(_) => v4,
        })
    }
}

/// What is left of each budget.
pub(super) struct Attempts {
    whole_again: Cache<Budget, DateTime<Utc>>,
}

impl Attempts {
    pub(super) fn new() -> Self {
        let idle = (REFILL * BURST).to_std().unwrap_or_default();
        let whole_again = Cache::builder().max_capacity(MAX_KEYS).time_to_idle(idle).build();
        Self { whole_again }
    }

    /// Charges one attempt to every budget, or none.
    ///
    /// # Errors
    /// `RateLimited` when one of them is spent.
    pub(super) fn charge(
        &self,
        budgets: &[Budget],
        now: DateTime<Utc>,
    ) -> Result<(), IdentityError> {
        for (index, budget) in budgets.iter().enumerate() {
            if let Err(wait) = self.charge_one(budget, now) {
                self.give_back(budgets.get(..index).unwrap_or_default());
                let retry_after_s = wait.num_seconds().try_into().unwrap_or(0) + 1;
                return Err(IdentityError::RateLimited { retry_after_s });
            }
        }
        Ok(())
    }

    /// Gives one attempt back to every budget.
    pub(super) fn give_back(&self, budgets: &[Budget]) {
        for budget in budgets {
            self.whole_again.entry(budget.clone()).and_compute_with(|known| match known {
                Some(known) => Op::Put(known.into_value() - REFILL),
                None => Op::Nop,
            });
        }
    }

    fn charge_one(&self, budget: &Budget, now: DateTime<Utc>) -> Result<(), Duration> {
        let mut wait = Duration::zero();
        let charged = self.whole_again.entry(budget.clone()).and_compute_with(|known| {
            let whole_again = known.map_or(now, |known| known.into_value().max(now)) + REFILL;
            wait = whole_again - now - REFILL * BURST;
            if wait > Duration::zero() { Op::Nop } else { Op::Put(whole_again) }
        });
        match charged {
            CompResult::Unchanged(_) | CompResult::StillNone(_) => Err(wait),
            CompResult::Inserted(_) | CompResult::ReplacedWith(_) | CompResult::Removed(_) => {
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn account(name: &str) -> Budget {
        Budget::Account(name.to_owned())
    }

    fn spent(attempts: &Attempts, budget: &Budget, now: DateTime<Utc>) -> Option<u64> {
        match attempts.charge(std::slice::from_ref(budget), now) {
            Err(IdentityError::RateLimited { retry_after_s }) => Some(retry_after_s),
            other => other.map(|()| None).unwrap(),
        }
    }

    #[test]
    fn ten_failures_are_free_and_then_one_every_six_seconds() {
        let (attempts, ada) = (Attempts::new(), account("ada"));
        for _ in 0..10 {
            assert_eq!(spent(&attempts, &ada, START), None);
        }
        assert_eq!(spent(&attempts, &ada, START), Some(7));
        assert_eq!(spent(&attempts, &ada, START + Duration::seconds(5)), Some(2));
        assert_eq!(spent(&attempts, &ada, START + Duration::seconds(6)), None);
        assert_eq!(spent(&attempts, &ada, START + Duration::seconds(6)), Some(7));
        assert_eq!(spent(&attempts, &account("bob"), START), None);
    }

    #[test]
    fn a_success_costs_nothing() {
        let (attempts, ada) = (Attempts::new(), account("ada"));
        for _ in 0..100 {
            assert_eq!(spent(&attempts, &ada, START), None);
            attempts.give_back(std::slice::from_ref(&ada));
        }
    }

    #[test]
    fn a_refused_attempt_is_charged_nowhere() {
        let attempts = Attempts::new();
        let address = Budget::of_address("192.0.2.7".parse().unwrap());
        for _ in 0..10 {
            assert_eq!(spent(&attempts, &account("ada"), START), None);
        }
        for _ in 0..100 {
            assert!(attempts.charge(&[address.clone(), account("ada")], START).is_err());
        }
        assert_eq!(spent(&attempts, &address, START), None);
    }

    #[test]
    fn a_customer_has_one_budget_for_all_its_addresses() {
        let of = |text: &str| Budget::of_address(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3::1"), of("2001:db8:1:2:4::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.7"), of("192.0.2.7"));
    }
}
