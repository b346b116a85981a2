//! What every slice's part of the API is built from: scalars, payloads, connections, filters, errors.
