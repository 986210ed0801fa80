//! A statement with its tenant condition filled in.
//!
//! - `{scope}` or `{scope:t}` (t a table alias) becomes the condition of the scope, over the columns
//!   `provider_id` and `org_id`.
//! - `{owner}` becomes the two values to insert into `provider_id, org_id`; the scope must be one client.
//!
//! Either uses `$1` and `$2`, so a statement's own arguments begin at `$3`.

use kakari_kernel::{Error, OrgScope, Reach, Result};

use crate::Value;

/// The statement's text and its two leading arguments.
pub(crate) fn scoped(scope: &OrgScope, sql: &str) -> Result<(String, [Value; 2])> {
    let key = match scope.reach() {
        Reach::Client(org) | Reach::Group(org) => org.to_string(),
        Reach::Fleet => String::new(),
    };
    let mut text = String::with_capacity(sql.len() + 64);
    let mut rest = sql;
    let mut found = false;
    while let Some((before, after)) = rest.split_once('{') {
        let (marker, after) = after
            .split_once('}')
            .ok_or_else(|| Error::internal(format!("an open brace is not closed in: {sql}")))?;
        text.push_str(before);
        match marker.split_once(':').unwrap_or((marker, "")) {
            ("scope", alias) => text.push_str(&condition(scope, alias)),
            ("owner", "") => {
                if scope.client().is_none() {
                    return Err(Error::internal(format!("only a scope of one client may insert: {sql}")));
                }
                text.push_str("$1, $2");
            }
            _ => return Err(Error::internal(format!("unknown marker {{{marker}}} in: {sql}"))),
        }
        found = true;
        rest = after;
    }
    text.push_str(rest);
    if !found {
        return Err(Error::internal(format!("a statement without a tenant was refused: {sql}")));
    }
    Ok((text, [Value::from(scope.provider()), Value::from(key)]))
}

fn condition(scope: &OrgScope, alias: &str) -> String {
    let dot = if alias.is_empty() { String::new() } else { format!("{alias}.") };
    match scope.reach() {
        Reach::Client(_) => format!("({dot}provider_id = $1 AND {dot}org_id = $2)"),
        Reach::Group(_) => format!(
            "({dot}provider_id = $1 AND {dot}org_id IN \
             (SELECT o.org_id FROM organisation o WHERE o.provider_id = $1 AND (o.group_id = $2 OR o.org_id = $2)))"
        ),
        // $2 is empty here; both engines fold the comparison, and PostgreSQL wants every argument used.
        Reach::Fleet => format!("({dot}provider_id = $1 AND $2 = '')"),
    }
}

#[cfg(test)]
mod tests {
    use kakari_kernel::{Id, OrgId, ProviderId};

    use super::*;

    fn scope(reach: Reach) -> OrgScope {
        OrgScope::grant(ProviderId(Id::from_parts(1, 1)), reach)
    }

    #[test]
    fn a_statement_without_a_tenant_is_refused() {
        assert!(scoped(&scope(Reach::Fleet), "SELECT * FROM incident").is_err());
    }

    #[test]
    fn a_client_scope_names_both_columns_of_the_alias() {
        let client = Reach::Client(OrgId(Id::from_parts(2, 2)));
        let (sql, args) =
            scoped(&scope(client), "SELECT 1 FROM incident i WHERE {scope:i} AND i.state = $3").unwrap();
        assert_eq!(
            sql,
            "SELECT 1 FROM incident i WHERE (i.provider_id = $1 AND i.org_id = $2) AND i.state = $3"
        );
        assert_eq!(args[1], Value::from(Id::from_parts(2, 2)));
    }

    #[test]
    fn only_one_client_can_own_a_new_row() {
        let insert = "INSERT INTO incident (provider_id, org_id) VALUES ({owner})";
        assert!(scoped(&scope(Reach::Fleet), insert).is_err());
        assert!(scoped(&scope(Reach::Group(OrgId(Id::from_parts(2, 2)))), insert).is_err());
        assert!(scoped(&scope(Reach::Client(OrgId(Id::from_parts(2, 2)))), insert).is_ok());
    }

    #[test]
    fn an_unknown_marker_is_refused() {
        assert!(scoped(&scope(Reach::Fleet), "SELECT 1 WHERE {scoop}").is_err());
    }
}
