-- One turn of one worker: what it gives back, reports and asks for; what it is given. The function lives as long as the
-- connection, so that each worker brings its own. Turns take turns: the lock makes every rule below exact.
--
-- asked: pardon, no silence counts any more; release [key]; strikes [address]; silences [[address, port]]; mine [[key, address, port, held]], what is new, and
--        everything again where `all` is true; waiting [key]; again [[key, address, port]], slots whose start was put off;
--        idle [address]; scans [[address, number]]
-- rules: connections, rate, burst, scan_rate, scan_burst, lease, forget, pause (seconds), max_strikes, max_silences
-- gives: granted {key: seconds to wait}; refused {key: [word, times]}; wanted {address: number};
--        scans {address: seconds until the first start}
CREATE FUNCTION pg_temp.beffroi_turn(asked jsonb, rules jsonb) RETURNS jsonb LANGUAGE plpgsql
SET search_path = beffroi_limiter_1, pg_catalog AS $$
DECLARE
    moment timestamptz;
    term constant interval := make_interval(secs => (rules->>'lease')::float);
    since timestamptz;
    opening timestamptz;
    item record;
    first timestamptz;
    answer jsonb := '{}';
    part jsonb;
BEGIN
    PERFORM pg_advisory_xact_lock(1650812518, 2);
    moment := clock_timestamp();
    since := moment - make_interval(secs => (rules->>'forget')::float);

    -- A server that crashed has emptied the tables, and nobody knows yet what the workers hold.
    SELECT opens INTO opening FROM epoch;
    IF NOT FOUND THEN
        opening := moment + term;
        INSERT INTO epoch VALUES (opening);
    END IF;

    DELETE FROM slots USING jsonb_array_elements_text(asked->'release') AS gone(name) WHERE key = gone.name;

    IF (asked->>'pardon')::boolean THEN
        DELETE FROM silences;
    END IF;
    FOR item IN SELECT value AS address FROM jsonb_array_elements_text(asked->'strikes') LOOP
        INSERT INTO hosts AS h (address, strikes, struck) VALUES (item.address, 1, moment)
        ON CONFLICT (address) DO UPDATE SET struck = moment, strikes = CASE WHEN h.struck < since THEN 1 ELSE h.strikes + 1 END;
        UPDATE hosts SET paused = moment + make_interval(secs => (rules->>'pause')::float * 2 ^ (strikes - 1))
        WHERE address = item.address;
    END LOOP;
    FOR item IN SELECT value->>0 AS address, (value->>1)::integer AS port FROM jsonb_array_elements(asked->'silences') LOOP
        INSERT INTO silences AS s VALUES (item.address, item.port, 1, moment)
        ON CONFLICT (address, port) DO UPDATE SET times = s.times + 1, at = moment;
    END LOOP;

    INSERT INTO slots (key, address, port, held, starts, lease)
    SELECT value->>0, value->>1, (value->>2)::integer, (value->>3)::boolean, moment, moment + term
    FROM jsonb_array_elements(asked->'mine') WITH ORDINALITY ORDER BY ordinality
    ON CONFLICT (key) DO UPDATE SET lease = excluded.lease;
    IF (asked->>'all')::boolean THEN
        -- A server that has just started has not heard of the living for a while.
        IF pg_postmaster_start_time() + term < moment THEN
            DELETE FROM slots s WHERE s.lease < moment;
        END IF;
        DELETE FROM silences WHERE at < since;
        DELETE FROM hosts h WHERE greatest(h.paced, h.scan_paced, h.struck) < since;
    END IF;

    IF opening <= moment AND EXISTS (SELECT 1 FROM slots WHERE NOT held) THEN
        FOR item IN
            WITH allowed AS (
                SELECT w.key, w.address, w.place, row_number() OVER (PARTITION BY w.address ORDER BY w.place) AS turn
                FROM slots w
                LEFT JOIN hosts h ON h.address = w.address
                LEFT JOIN silences s ON s.address = w.address AND s.port = w.port
                WHERE NOT w.held
                AND NOT coalesce(h.strikes >= (rules->>'max_strikes')::integer AND h.struck >= since, false)
                AND NOT coalesce(s.times >= (rules->>'max_silences')::integer AND s.at >= since, false)
            )
            SELECT a.key, a.address FROM allowed a
            WHERE a.turn + (SELECT count(*) FROM slots t WHERE t.address = a.address AND t.held) <= (rules->>'connections')::integer
            ORDER BY a.place
        LOOP
            INSERT INTO hosts (address) VALUES (item.address) ON CONFLICT DO NOTHING;
            UPDATE hosts SET paced = greatest(paced, moment) + make_interval(secs => 1 / (rules->>'rate')::float)
            WHERE address = item.address
            RETURNING greatest(moment, paused, paced - make_interval(secs => (rules->>'burst')::float / (rules->>'rate')::float))
            INTO first;
            UPDATE slots SET held = true, starts = first WHERE key = item.key;
        END LOOP;
    END IF;

    WITH questions AS (
        SELECT w.key, w.address, w.port FROM slots w
        WHERE NOT w.held AND w.key IN (SELECT jsonb_array_elements_text(asked->'waiting'))
        UNION ALL
        SELECT value->>0, value->>1, (value->>2)::integer FROM jsonb_array_elements(asked->'again')
    ), refused AS (
        SELECT q.key, jsonb_build_array('throttled', h.strikes) AS why FROM questions q JOIN hosts h USING (address)
        WHERE h.strikes >= (rules->>'max_strikes')::integer AND h.struck >= since
        UNION ALL
        SELECT q.key, jsonb_build_array('silent', s.times) FROM questions q JOIN silences s USING (address, port)
        WHERE s.times >= (rules->>'max_silences')::integer AND s.at >= since
    )
    SELECT coalesce(jsonb_object_agg(key, why), '{}') INTO part FROM refused;
    answer := answer || jsonb_build_object('refused', part);

    SELECT coalesce(jsonb_object_agg(key, greatest(0, extract(epoch FROM starts - moment))), '{}') INTO part FROM slots
    WHERE held AND key IN (SELECT jsonb_array_elements_text(asked->'waiting'));
    answer := answer || jsonb_build_object('granted', part);

    SELECT coalesce(jsonb_object_agg(address, number), '{}') INTO part FROM (
        SELECT address, count(*) AS number FROM slots
        WHERE NOT held AND address IN (SELECT jsonb_array_elements_text(asked->'idle')) GROUP BY address
    ) AS queues;
    answer := answer || jsonb_build_object('wanted', part);

    part := '{}';
    FOR item IN SELECT value->>0 AS address, (value->>1)::integer AS number FROM jsonb_array_elements(asked->'scans') LOOP
        INSERT INTO hosts (address) VALUES (item.address) ON CONFLICT DO NOTHING;
        SELECT greatest(scan_paced, moment) INTO first FROM hosts WHERE address = item.address;
        UPDATE hosts SET scan_paced = first + make_interval(secs => item.number / (rules->>'scan_rate')::float)
        WHERE address = item.address;
        part := part || jsonb_build_object(item.address, extract(epoch FROM first - moment)
            + (1 - (rules->>'scan_burst')::float) / (rules->>'scan_rate')::float);
    END LOOP;
    RETURN answer || jsonb_build_object('scans', part);
END
$$;
