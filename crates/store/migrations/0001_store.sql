-- The audit chain: one chain per organisation. seq has no gaps; hash covers the entry and the hash before it.
CREATE TABLE audit (
  provider_id TEXT NOT NULL,
  org_id TEXT NOT NULL,
  seq BIGINT NOT NULL,
  at_ms BIGINT NOT NULL,
  actor_id TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  actor_role TEXT NOT NULL,
  came_from TEXT NOT NULL,
  tool TEXT NOT NULL,
  act TEXT NOT NULL,
  subject TEXT NOT NULL,
  detail TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (org_id, seq)
);
CREATE INDEX audit_by_time ON audit (provider_id, at_ms);

-- The newest entry of each chain. A chain that was cut short differs from its head.
CREATE TABLE audit_head (
  org_id TEXT PRIMARY KEY,
  provider_id TEXT NOT NULL,
  seq BIGINT NOT NULL,
  hash TEXT NOT NULL
);

-- Work to be done later. A job may run twice; its handler must not mind.
CREATE TABLE job (
  id TEXT PRIMARY KEY,
  provider_id TEXT NOT NULL,
  org_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  -- queued, running, done, dead
  state TEXT NOT NULL,
  run_at_ms BIGINT NOT NULL,
  lease_until_ms BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  max_attempts BIGINT NOT NULL,
  last_error TEXT NOT NULL,
  created_at_ms BIGINT NOT NULL
);
CREATE INDEX job_by_turn ON job (state, run_at_ms);
