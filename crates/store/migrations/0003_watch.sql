-- Tables of the slices of watch.

-- Sensors: what sends events for a client. Each has its own credential.
CREATE TABLE sensor (
  provider_id TEXT NOT NULL,
  org_id TEXT NOT NULL,
  sensor_id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  -- http, syslog, upload
  kind TEXT NOT NULL,
  -- the zone of times that name none
  zone TEXT NOT NULL,
  -- the device as set by hand, empty for recognition by content
  device TEXT NOT NULL,
  -- a hash of the token; NULL when there is none
  token_hash TEXT UNIQUE,
  created_at_ms BIGINT NOT NULL,
  -- 0 while it is in use
  retired_at_ms BIGINT NOT NULL,
  -- when something last arrived, 0 when nothing ever did
  heard_at_ms BIGINT NOT NULL,
  -- deliveries that were refused, and why the last one was
  refused BIGINT NOT NULL,
  refused_why TEXT NOT NULL,
  refused_at_ms BIGINT NOT NULL
);
CREATE INDEX sensor_by_org ON sensor (provider_id, org_id);

-- What came from a sensor in one hour.
CREATE TABLE sensor_hour (
  provider_id TEXT NOT NULL,
  org_id TEXT NOT NULL,
  sensor_id TEXT NOT NULL,
  hour_ms BIGINT NOT NULL,
  events BIGINT NOT NULL,
  unreadable BIGINT NOT NULL,
  size_bytes BIGINT NOT NULL,
  PRIMARY KEY (sensor_id, hour_ms)
);

-- The spool: batches that were acknowledged and not yet understood. A batch leaves in the transaction that
-- keeps what was made of it.
CREATE TABLE ingest_batch (
  provider_id TEXT NOT NULL,
  org_id TEXT NOT NULL,
  batch_id TEXT PRIMARY KEY,
  sensor_id TEXT NOT NULL,
  received_at_ms BIGINT NOT NULL,
  -- lines, or file when its content says how it is cut
  format TEXT NOT NULL,
  size_bytes BIGINT NOT NULL,
  -- waiting, aside
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  -- not before this moment: a worker holds it, or the last try failed
  not_before_ms BIGINT NOT NULL,
  reason TEXT NOT NULL,
  content BYTEA NOT NULL
);
CREATE INDEX ingest_batch_by_turn ON ingest_batch (state, org_id, batch_id);
CREATE INDEX ingest_batch_by_sensor ON ingest_batch (sensor_id);

-- Deliveries that named themselves: the same name again is the same delivery.
CREATE TABLE ingest_delivery (
  provider_id TEXT NOT NULL,
  org_id TEXT NOT NULL,
  sensor_id TEXT NOT NULL,
  delivery_key TEXT NOT NULL,
  received_at_ms BIGINT NOT NULL,
  records BIGINT NOT NULL,
  PRIMARY KEY (sensor_id, delivery_key)
);
CREATE INDEX ingest_delivery_by_time ON ingest_delivery (received_at_ms);

-- Events at rest.
CREATE TABLE event (
  provider_id TEXT NOT NULL,
  org_id TEXT NOT NULL,
  event_id TEXT NOT NULL,
  sensor_id TEXT NOT NULL,
  at_ms BIGINT NOT NULL,
  received_at_ms BIGINT NOT NULL,
  class_uid BIGINT NOT NULL,
  device TEXT NOT NULL,
  host TEXT NOT NULL,
  parse_error TEXT NOT NULL,
  ocsf TEXT NOT NULL,
  PRIMARY KEY (org_id, event_id)
);
CREATE INDEX event_by_receipt ON event (org_id, received_at_ms, event_id);
CREATE INDEX event_by_sensor ON event (sensor_id, received_at_ms, event_id);
CREATE INDEX event_unreadable ON event (org_id, received_at_ms, event_id) WHERE parse_error <> '';
CREATE INDEX event_by_age ON event (received_at_ms);

-- How many events of one kind came in on one day of the provider's zone. Kept longer than the events.
CREATE TABLE event_day (
  provider_id TEXT NOT NULL,
  org_id TEXT NOT NULL,
  day_ms BIGINT NOT NULL,
  class_uid BIGINT NOT NULL,
  device TEXT NOT NULL,
  events BIGINT NOT NULL,
  unreadable BIGINT NOT NULL,
  PRIMARY KEY (org_id, day_ms, class_uid, device)
);

-- Alerts: what a rule found, the same finding within 24 hours folded with a count.
CREATE TABLE alert (
  provider_id TEXT NOT NULL,
  org_id TEXT NOT NULL,
  alert_id TEXT PRIMARY KEY,
  -- hash of rule, host and key: what is the same finding
  fingerprint TEXT NOT NULL,
  rule_id TEXT NOT NULL,
  title TEXT NOT NULL,
  title_ja TEXT NOT NULL,
  -- informational, low, medium, high, critical
  level TEXT NOT NULL,
  tactic TEXT NOT NULL,
  host TEXT NOT NULL,
  -- the value that tells this finding from others of the rule on the host
  key_value TEXT NOT NULL,
  -- the other machine or person that the finding names
  peer TEXT NOT NULL,
  -- event time of the first, from which the 24 hours are counted
  anchor_ms BIGINT NOT NULL,
  first_at_ms BIGINT NOT NULL,
  last_at_ms BIGINT NOT NULL,
  events BIGINT NOT NULL,
  -- JSON: why the rule says so, for the first event
  matched TEXT NOT NULL,
  incident_id TEXT NOT NULL,
  raised_at_ms BIGINT NOT NULL
);
CREATE INDEX alert_by_fingerprint ON alert (org_id, fingerprint, anchor_ms);
CREATE INDEX alert_by_incident ON alert (incident_id, first_at_ms);
CREATE INDEX alert_by_time ON alert (org_id, raised_at_ms, alert_id);
CREATE INDEX alert_by_rule ON alert (provider_id, rule_id);
CREATE INDEX alert_by_host ON alert (org_id, host, last_at_ms);

-- The first events of each alert.
CREATE TABLE alert_event (
  provider_id TEXT NOT NULL,
  org_id TEXT NOT NULL,
  alert_id TEXT NOT NULL,
  event_id TEXT NOT NULL,
  at_ms BIGINT NOT NULL,
  PRIMARY KEY (alert_id, event_id)
);
CREATE INDEX alert_event_by_event ON alert_event (org_id, event_id);

-- What correlations remember of a client between batches.
CREATE TABLE correlation_state (
  provider_id TEXT NOT NULL,
  org_id TEXT PRIMARY KEY,
  -- counts up, so that of two batches only one adds to the same state
  version BIGINT NOT NULL,
  -- JSON of the correlation engine
  state TEXT NOT NULL
);

-- Incidents: alerts that belong together, and what people did about them.
CREATE TABLE incident (
  provider_id TEXT NOT NULL,
  org_id TEXT NOT NULL,
  incident_id TEXT PRIMARY KEY,
  -- counts up per client, to be said on the telephone
  number BIGINT NOT NULL,
  -- alerts, silence
  trigger_kind TEXT NOT NULL,
  -- what belongs together: the host, or host and rule for a hub
  group_key TEXT NOT NULL,
  title TEXT NOT NULL,
  title_ja TEXT NOT NULL,
  tactic TEXT NOT NULL,
  host TEXT NOT NULL,
  rule_id TEXT NOT NULL,
  -- 1 low, 2 medium, 3 high, 4 critical
  severity BIGINT NOT NULL,
  -- observed, triaged, declared, contained, eradicated, recovered, closed
  state TEXT NOT NULL,
  -- harmless, false_positive, real; empty until it is closed
  verdict TEXT NOT NULL,
  lesson TEXT NOT NULL,
  assignee_id TEXT NOT NULL,
  assignee_name TEXT NOT NULL,
  opened_at_ms BIGINT NOT NULL,
  closed_at_ms BIGINT NOT NULL,
  first_at_ms BIGINT NOT NULL,
  last_at_ms BIGINT NOT NULL,
  alerts BIGINT NOT NULL,
  events BIGINT NOT NULL,
  -- running, paused, met, missed
  clock TEXT NOT NULL,
  due_at_ms BIGINT NOT NULL,
  -- working minutes that were left when the clock was stopped
  left_minutes BIGINT NOT NULL,
  paused_why TEXT NOT NULL,
  version BIGINT NOT NULL,
  UNIQUE (org_id, number)
);
CREATE INDEX incident_open_by_group ON incident (org_id, group_key, last_at_ms) WHERE state <> 'closed';
-- The words of the clock stand in the order in which the queue shows them: running, paused, missed, met.
CREATE INDEX incident_queue_by_due ON incident (provider_id, clock DESC, due_at_ms, incident_id) WHERE state <> 'closed';
CREATE INDEX incident_queue_by_severity ON incident (provider_id, severity DESC, due_at_ms, incident_id) WHERE state <> 'closed';
CREATE INDEX incident_queue_by_assignee ON incident (provider_id, assignee_id) WHERE state <> 'closed';
CREATE INDEX incident_queue_by_opened ON incident (provider_id, opened_at_ms) WHERE state <> 'closed';
CREATE INDEX incident_by_org ON incident (org_id, opened_at_ms);

-- What happened in an incident, in six words: who, when, from where, with what, did what, how.
CREATE TABLE incident_entry (
  provider_id TEXT NOT NULL,
  org_id TEXT NOT NULL,
  incident_id TEXT NOT NULL,
  -- the version of the incident that this made
  version BIGINT NOT NULL,
  at_ms BIGINT NOT NULL,
  actor_id TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  came_from TEXT NOT NULL,
  tool TEXT NOT NULL,
  act TEXT NOT NULL,
  -- how: the state or value it came to, and the reason in the person's words
  outcome TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (incident_id, version)
);

-- Assets: the machines of a client. Texts are as people wrote them, full-width letters made half-width.
CREATE TABLE asset (
  provider_id TEXT NOT NULL,
  org_id TEXT NOT NULL,
  asset_id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  -- what it is recognised by: lower case, empty when unknown
  serial TEXT NOT NULL,
  mac TEXT NOT NULL,
  host TEXT NOT NULL,
  ip TEXT NOT NULL,
  os TEXT NOT NULL,
  maker TEXT NOT NULL,
  model TEXT NOT NULL,
  owner TEXT NOT NULL,
  place TEXT NOT NULL,
  -- a day as 2024-04-01, empty when unknown
  bought TEXT NOT NULL,
  quantity BIGINT NOT NULL,
  ledger_number TEXT NOT NULL,
  note TEXT NOT NULL,
  -- 1 to 5, 0 while nobody has answered
  importance BIGINT NOT NULL,
  -- JSON: the answers that it was derived from
  importance_why TEXT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  updated_at_ms BIGINT NOT NULL
);
CREATE INDEX asset_by_name ON asset (org_id, name, asset_id);
CREATE INDEX asset_by_host ON asset (org_id, host);

-- What is installed on an asset, as its newest list says.
CREATE TABLE asset_software (
  provider_id TEXT NOT NULL,
  org_id TEXT NOT NULL,
  asset_id TEXT NOT NULL,
  ecosystem TEXT NOT NULL,
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  purl TEXT NOT NULL,
  PRIMARY KEY (asset_id, ecosystem, name, version)
);

-- A ledger between upload and commit.
CREATE TABLE asset_import (
  provider_id TEXT NOT NULL,
  org_id TEXT NOT NULL,
  import_id TEXT PRIMARY KEY,
  file_name TEXT NOT NULL,
  content BYTEA NOT NULL,
  created_at_ms BIGINT NOT NULL
);

-- How a client's ledger was understood last time, by its header.
CREATE TABLE asset_mapping (
  provider_id TEXT NOT NULL,
  org_id TEXT NOT NULL,
  header_hash TEXT NOT NULL,
  -- JSON: column number to field
  mapping TEXT NOT NULL,
  PRIMARY KEY (org_id, header_hash)
);
