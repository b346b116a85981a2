-- A batch in one round trip.
--
-- Which commits stand is worked out by the caller, from facts: each stream's sequence, keys that were not
-- used before, each name's holder. log.append takes the head, looks whether the facts hold, and writes all or
-- nothing; log.facts takes the head and says how things are, for a batch of which some do not.
--
-- Every table is searched by its primary key or unique index, whatever the statistics say: a plan made while
-- the tables are small stays right as they grow.

-- Locks the head and answers how things are: the sequence of each stream, the first commit under each key
-- (null where it is not used yet), the holder of each name (null where nobody holds it); each in the order
-- of the question.
CREATE FUNCTION log.facts(
    stream_types text[], stream_ids text[],
    key_scopes text[], keys text[],
    name_orgs text[], name_kinds text[], names text[],
    OUT head_position bigint, OUT head_recorded_at timestamptz,
    OUT sequences bigint[],
    OUT first_hashes text[], OUT first_positions bigint[], OUT first_outcomes text[],
    OUT holders text[])
LANGUAGE plpgsql VOLATILE
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
BEGIN
    SELECT h.position, h.recorded_at INTO STRICT head_position, head_recorded_at
    FROM log.head h FOR UPDATE;

    SELECT coalesce(array_agg(coalesce((
            SELECT e.sequence FROM log.events e
            WHERE e.aggregate_type = s.type AND e.aggregate_id = s.id
            ORDER BY e.sequence DESC LIMIT 1), 0) ORDER BY s.n), '{}')
    INTO sequences
    FROM unnest(stream_types, stream_ids) WITH ORDINALITY AS s (type, id, n);

    SELECT coalesce(array_agg(i.input_hash ORDER BY k.n), '{}'),
        coalesce(array_agg(i.position ORDER BY k.n), '{}'),
        coalesce(array_agg(i.outcome ORDER BY k.n), '{}')
    INTO first_hashes, first_positions, first_outcomes
    FROM unnest(key_scopes, keys) WITH ORDINALITY AS k (scope, key, n)
    LEFT JOIN log.idempotency i ON i.scope = k.scope AND i.key = k.key;

    SELECT coalesce(array_agg(c.holder ORDER BY a.n), '{}') INTO holders
    FROM unnest(name_orgs, name_kinds, names) WITH ORDINALITY AS a (org_id, kind, name, n)
    LEFT JOIN log.claims c ON c.org_id = a.org_id AND c.kind = a.kind AND c.name = a.name;
END
$$;

-- Appends events where the facts hold, and answers the new end of the log; nulls, and nothing written, where
-- they do not. Positions are given as offsets from the head. A key without an offset is only looked up; a
-- name whose holder stays is only looked up.
CREATE FUNCTION log.append(
    now timestamptz,
    stream_types text[], stream_ids text[], stream_sequences bigint[],
    key_scopes text[], keys text[], key_hashes text[], key_offsets bigint[], key_outcomes text[],
    name_orgs text[], name_kinds text[], names text[], name_holders text[], name_takers text[],
    event_ids uuid[], commit_ids uuid[], commit_ends bigint[], org_ids text[],
    aggregate_types text[], aggregate_ids text[], sequences bigint[],
    event_types text[], event_versions text[], payloads text[], metadatas text[],
    OUT end_position bigint, OUT end_recorded_at timestamptz)
LANGUAGE plpgsql VOLATILE
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    head log.head;
BEGIN
    SELECT * INTO STRICT head FROM log.head h FOR UPDATE;

    IF EXISTS (
        SELECT FROM unnest(stream_types, stream_ids, stream_sequences) AS s (type, id, sequence)
        WHERE s.sequence <> coalesce((
            SELECT e.sequence FROM log.events e
            WHERE e.aggregate_type = s.type AND e.aggregate_id = s.id
            ORDER BY e.sequence DESC LIMIT 1), 0)
    ) OR EXISTS (
        SELECT FROM unnest(key_scopes, keys) AS k (scope, key)
        WHERE (SELECT true FROM log.idempotency i WHERE i.scope = k.scope AND i.key = k.key)
    ) OR EXISTS (
        SELECT FROM unnest(name_orgs, name_kinds, names, name_holders) AS a (org_id, kind, name, holder)
        WHERE a.holder IS DISTINCT FROM (
            SELECT c.holder FROM log.claims c
            WHERE c.org_id = a.org_id AND c.kind = a.kind AND c.name = a.name)
    ) THEN
        RETURN;
    END IF;

    end_position := head.position + cardinality(event_ids);
    end_recorded_at := greatest(head.recorded_at, now);

    INSERT INTO log.events (position, commit_end, sequence, recorded_at, event_id, commit_id, org_id,
        aggregate_type, aggregate_id, event_type, event_version, payload, metadata)
    SELECT head.position + e.n, head.position + e.commit_end, e.sequence, end_recorded_at, e.event_id,
        e.commit_id, e.org_id, e.aggregate_type, e.aggregate_id, e.event_type, e.event_version,
        e.payload::json, e.metadata::json
    FROM unnest(event_ids, commit_ids, commit_ends, org_ids, aggregate_types, aggregate_ids, sequences,
            event_types, event_versions, payloads, metadatas)
        WITH ORDINALITY AS e (event_id, commit_id, commit_end, org_id, aggregate_type, aggregate_id,
            sequence, event_type, event_version, payload, metadata, n);

    INSERT INTO log.idempotency (scope, key, input_hash, position, outcome)
    SELECT k.scope, k.key, k.input_hash, head.position + k.place, k.outcome
    FROM unnest(key_scopes, keys, key_hashes, key_offsets, key_outcomes)
        AS k (scope, key, input_hash, place, outcome)
    WHERE k.place IS NOT NULL;

    IF cardinality(names) > 0 THEN
        DELETE FROM log.claims c
        USING unnest(name_orgs, name_kinds, names, name_takers) AS a (org_id, kind, name, taker)
        WHERE a.taker IS NULL AND c.org_id = a.org_id AND c.kind = a.kind AND c.name = a.name;

        INSERT INTO log.claims AS c (org_id, kind, name, holder)
        SELECT a.org_id, a.kind, a.name, a.taker
        FROM unnest(name_orgs, name_kinds, names, name_takers) AS a (org_id, kind, name, taker)
        WHERE a.taker IS NOT NULL
        ON CONFLICT (org_id, kind, name) DO UPDATE SET holder = excluded.holder
            WHERE c.holder <> excluded.holder;
    END IF;

    UPDATE log.head SET position = end_position, recorded_at = end_recorded_at;
    PERFORM pg_notify('docket_log', end_position::text);
END
$$;
