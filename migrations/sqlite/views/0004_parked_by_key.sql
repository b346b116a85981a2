-- What is parked of a key, for a retry takes it out key by key.
CREATE INDEX parked_event_by_key ON parked_event (projection, rebuild, key, position);
