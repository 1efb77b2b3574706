-- What the workers know of the addresses that they ask. All of it may be forgotten, so nothing of it is logged, backed
-- up or migrated. Whoever changes a table changes the name of the schema too.
DO $$
BEGIN
    PERFORM pg_advisory_xact_lock(1650812518, 1);
    IF to_regclass('beffroi_limiter_1.epoch') IS NOT NULL THEN
        RETURN;
    END IF;
    CREATE SCHEMA IF NOT EXISTS beffroi_limiter_1;
    CREATE UNLOGGED TABLE beffroi_limiter_1.epoch (
        opens timestamptz NOT NULL           -- no slot is given before
    );
    INSERT INTO beffroi_limiter_1.epoch VALUES ('-infinity');
    CREATE UNLOGGED TABLE beffroi_limiter_1.hosts (
        address text PRIMARY KEY,
        paced timestamptz NOT NULL DEFAULT '-infinity',       -- until when the starts that were given are paid for
        scan_paced timestamptz NOT NULL DEFAULT '-infinity',  -- the same for those of port scans
        strikes integer NOT NULL DEFAULT 0,
        struck timestamptz NOT NULL DEFAULT '-infinity',
        paused timestamptz NOT NULL DEFAULT '-infinity'
    );
    CREATE UNLOGGED TABLE beffroi_limiter_1.silences (
        address text,
        port integer,
        times integer NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (address, port)
    );
    CREATE UNLOGGED TABLE beffroi_limiter_1.slots (
        key text PRIMARY KEY,
        place bigint GENERATED ALWAYS AS IDENTITY,            -- in the queue
        address text NOT NULL,
        port integer NOT NULL,
        held boolean NOT NULL,                                -- false while it is waited for
        starts timestamptz,                                   -- when its holder may connect
        lease timestamptz NOT NULL                            -- until when its worker may still be alive
    );
    CREATE INDEX slots_address ON beffroi_limiter_1.slots (address, place);
END
$$;
