-- What nodes decide by without appending to it: each looks for what others have appended of these types.
CREATE INDEX events_decided_by ON log.events (position) WHERE aggregate_type IN ('organization', 'workflow');
