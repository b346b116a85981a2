//! What is wrong is refused clearly, and changes nothing.

mod hostile;
mod refused;
mod retried;
mod unchanged;
mod wire;
