-- Events that somebody who follows the log could not act on, and has gone on without: they are tried again.
CREATE TABLE unanswered_event (
    -- Who follows the log: its row in projection_group.
    follower text NOT NULL,
    position bigint NOT NULL,
    -- Why it could not be acted on.
    error text NOT NULL,
    PRIMARY KEY (follower, position)
);
