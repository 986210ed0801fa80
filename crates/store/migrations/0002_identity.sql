-- Organisations: the provider itself, its clients, groups with subsidiaries.
CREATE TABLE organisation (
  provider_id TEXT NOT NULL,
  org_id TEXT PRIMARY KEY,
  -- provider, client
  kind TEXT NOT NULL,
  -- the head of the group it belongs to
  group_id TEXT,
  name TEXT NOT NULL,
  -- the name folded for searching: half-width, lower case
  search_key TEXT NOT NULL,
  industry TEXT NOT NULL,
  staff BIGINT NOT NULL,
  prefecture TEXT NOT NULL,
  phone TEXT NOT NULL,
  -- the person of the provider who looks after it
  advisor_id TEXT,
  created_at_ms BIGINT NOT NULL
);
CREATE INDEX organisation_by_name ON organisation (provider_id, search_key);
CREATE INDEX organisation_by_group ON organisation (group_id);

-- Who supplies whom, both looked after by the same provider. org_id is the one that is supplied.
CREATE TABLE supply (
  provider_id TEXT NOT NULL,
  org_id TEXT NOT NULL,
  supplier_id TEXT NOT NULL,
  PRIMARY KEY (org_id, supplier_id)
);
CREATE INDEX supply_by_supplier ON supply (supplier_id);

-- People who can sign in. org_id is the organisation they belong to; staff belong to the provider.
CREATE TABLE person (
  provider_id TEXT NOT NULL,
  org_id TEXT NOT NULL,
  person_id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  -- lower case
  email TEXT NOT NULL UNIQUE,
  phone TEXT NOT NULL,
  role TEXT NOT NULL,
  -- ja, en, or empty for the browser's choice
  lang TEXT NOT NULL,
  -- argon2id in PHC form, empty when there is none
  password_hash TEXT NOT NULL,
  -- sealed with the installation's secret; empty when there is none
  totp_secret TEXT NOT NULL,
  -- the newest time step whose code was used: a code works once
  totp_step BIGINT NOT NULL,
  disabled BIGINT NOT NULL,
  created_at_ms BIGINT NOT NULL
);
CREATE INDEX person_by_org ON person (provider_id, org_id);

-- Codes for the day on which the telephone with the authenticator is lost. Each works once.
CREATE TABLE recovery_code (
  provider_id TEXT NOT NULL,
  org_id TEXT NOT NULL,
  person_id TEXT NOT NULL,
  code_hash TEXT NOT NULL,
  PRIMARY KEY (person_id, code_hash)
);

-- Passkeys: public keys only.
CREATE TABLE passkey (
  provider_id TEXT NOT NULL,
  org_id TEXT NOT NULL,
  person_id TEXT NOT NULL,
  -- base64, as are the two states
  credential_id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  static_state TEXT NOT NULL,
  dynamic_state TEXT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  used_at_ms BIGINT NOT NULL
);
CREATE INDEX passkey_by_person ON passkey (person_id);

-- Sessions of the web. Only a hash of the cookie is kept.
CREATE TABLE session (
  session_hash TEXT PRIMARY KEY,
  -- the name of the session on the page where it can be ended
  session_id TEXT NOT NULL,
  provider_id TEXT NOT NULL,
  org_id TEXT NOT NULL,
  person_id TEXT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  used_at_ms BIGINT NOT NULL,
  -- the end that use does not postpone
  expires_at_ms BIGINT NOT NULL,
  -- until when acts that need a fresh proof are open
  stepped_up_until_ms BIGINT NOT NULL,
  came_from TEXT NOT NULL,
  agent TEXT NOT NULL
);
CREATE INDEX session_by_person ON session (person_id);

-- Links that sign a person in. Only a hash of the token is kept.
CREATE TABLE sign_in_link (
  link_hash TEXT PRIMARY KEY,
  provider_id TEXT NOT NULL,
  org_id TEXT NOT NULL,
  person_id TEXT NOT NULL,
  -- sign_in, invitation, demo
  purpose TEXT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  expires_at_ms BIGINT NOT NULL,
  -- 0 until it was used
  used_at_ms BIGINT NOT NULL
);
CREATE INDEX sign_in_link_by_person ON sign_in_link (person_id);

-- What is remembered between two steps of a sign-in: the second factor, a passkey's challenge, a trip to an
-- identity provider.
CREATE TABLE sign_in_step (
  step_hash TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  expires_at_ms BIGINT NOT NULL
);

-- Sign-in attempts per address and per account: kept, so that a restart does not open the door.
CREATE TABLE sign_in_attempt (
  attempt_key TEXT PRIMARY KEY,
  attempts BIGINT NOT NULL,
  -- up to when time has forgiven attempts
  forgiven_at_ms BIGINT NOT NULL,
  blocked_until_ms BIGINT NOT NULL
);

-- Tokens for programs. org_id is the client a token is for, or the provider for all its clients.
CREATE TABLE api_token (
  provider_id TEXT NOT NULL,
  org_id TEXT NOT NULL,
  token_id TEXT PRIMARY KEY,
  token_hash TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  -- read, write, admin: each holds the ones before it
  access TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  expires_at_ms BIGINT NOT NULL,
  used_at_ms BIGINT NOT NULL,
  revoked_at_ms BIGINT NOT NULL
);
CREATE INDEX api_token_by_org ON api_token (provider_id, org_id);

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
CREATE INDEX sign_open ON sign (provider_id, cleared_at_ms, org_id, points, since_ms, severity, kind);
CREATE INDEX sign_by_weight ON sign (org_id, cleared_at_ms, points DESC, since_ms, kind, subject);
