-- What the owner answered about something to do: done, or please do it for me.
CREATE TABLE todo_answer (
  provider_id TEXT NOT NULL,
  org_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  since_ms BIGINT NOT NULL,
  answer TEXT NOT NULL,
  person_name TEXT NOT NULL,
  at_ms BIGINT NOT NULL,
  PRIMARY KEY (org_id, kind, subject, since_ms)
);

-- A client that was put off in the round until a day. Something new brings it back before.
CREATE TABLE snooze (
  provider_id TEXT NOT NULL,
  org_id TEXT PRIMARY KEY,
  until_ms BIGINT NOT NULL,
  reason TEXT NOT NULL,
  person_name TEXT NOT NULL,
  at_ms BIGINT NOT NULL
);

-- A question of a client and the words exchanged about it.
CREATE TABLE consultation (
  provider_id TEXT NOT NULL,
  org_id TEXT NOT NULL,
  consultation_id TEXT PRIMARY KEY,
  subject TEXT NOT NULL,
  -- waiting for us, answered
  state TEXT NOT NULL,
  asked_at_ms BIGINT NOT NULL,
  -- 0 while the first answer is awaited
  first_answer_at_ms BIGINT NOT NULL
);
CREATE INDEX consultation_by_org ON consultation (provider_id, org_id, asked_at_ms);

CREATE TABLE consultation_message (
  provider_id TEXT NOT NULL,
  org_id TEXT NOT NULL,
  consultation_id TEXT NOT NULL,
  seq BIGINT NOT NULL,
  at_ms BIGINT NOT NULL,
  by_staff BIGINT NOT NULL,
  author TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (consultation_id, seq)
);
