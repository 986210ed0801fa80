-- Organisations: the provider itself, its clients, groups with subsidiaries.
CREATE TABLE organisation (
  provider_id TEXT NOT NULL,
  org_id TEXT PRIMARY KEY,
  -- provider, client
  kind TEXT NOT NULL,
  -- the head of the group it belongs to
  group_id TEXT,
  name TEXT NOT NULL,
  industry TEXT NOT NULL,
  staff BIGINT NOT NULL,
  prefecture TEXT NOT NULL,
  advisor_id TEXT,
  created_at_ms BIGINT NOT NULL
);
CREATE INDEX organisation_by_name ON organisation (provider_id, name);
CREATE INDEX organisation_by_group ON organisation (group_id);

-- People who can sign in. org_id is the organisation they belong to; staff belong to the provider.
CREATE TABLE person (
  provider_id TEXT NOT NULL,
  org_id TEXT NOT NULL,
  person_id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  email TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL,
  -- ja, en, or empty for the browser's choice
  lang TEXT NOT NULL,
  -- argon2id in PHC form, empty when there is none
  password_hash TEXT NOT NULL,
  disabled BIGINT NOT NULL,
  created_at_ms BIGINT NOT NULL
);
CREATE INDEX person_by_org ON person (provider_id, org_id);

-- Sessions of the web. Only a hash of the cookie is kept.
CREATE TABLE session (
  session_hash TEXT PRIMARY KEY,
  provider_id TEXT NOT NULL,
  org_id TEXT NOT NULL,
  person_id TEXT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  used_at_ms BIGINT NOT NULL,
  expires_at_ms BIGINT NOT NULL,
  -- until when a step-up holds, and for which client
  stepped_up_until_ms BIGINT NOT NULL,
  came_from TEXT NOT NULL,
  agent TEXT NOT NULL
);
CREATE INDEX session_by_person ON session (person_id);

-- Signs: the reasons to look at a client. cleared_at_ms is 0 while the cause lasts.
CREATE TABLE sign (
  provider_id TEXT NOT NULL,
  org_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  severity TEXT NOT NULL,
  points BIGINT NOT NULL,
  since_ms BIGINT NOT NULL,
  cleared_at_ms BIGINT NOT NULL,
  args TEXT NOT NULL,
  link TEXT NOT NULL,
  -- 0 when there is nothing for the owner to do
  todo_minutes BIGINT NOT NULL,
  todo_due_ms BIGINT NOT NULL,
  PRIMARY KEY (org_id, kind, subject, since_ms)
);
CREATE INDEX sign_open ON sign (provider_id, cleared_at_ms, org_id);
