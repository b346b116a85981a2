//! The five definitions of `examples/`, each driven to every one of its ends by the people whom it names.

mod expense_claim;
mod hr_onboarding;
mod it_incident;
mod procurement;
mod vehicle_processing;
