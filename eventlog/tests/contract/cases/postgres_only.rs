//! What only PostgreSQL has: other programs, lost connections.
