//! Beginning and judging the two ceremonies: nothing here touches a request.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kakari_kernel::{Error, Result};
use serde_json::Value as Json;
use webauthn_rp::bin::{Decode as _, Encode as _};
use webauthn_rp::request::auth::AuthenticationVerificationOptions;
use webauthn_rp::request::register::{
    CredProtect, Nickname, PublicKeyCredentialUserEntity, RegistrationVerificationOptions, UserHandle,
    Username,
};
use webauthn_rp::request::{AsciiDomain, PublicKeyCredentialDescriptor, RpId};
use webauthn_rp::response::auth::ser_relaxed::DiscoverableAuthenticationRelaxed16;
use webauthn_rp::response::register::ser_relaxed::RegistrationRelaxed;
use webauthn_rp::response::register::{DynamicState, StaticState};
use webauthn_rp::response::{AuthTransports, CredentialId};
use webauthn_rp::{
    AuthenticatedCredential, DiscoverableAuthenticationServerState, DiscoverableCredentialRequestOptions,
    PublicKeyCredentialCreationOptions, RegistrationServerState,
};

use super::store::Passkey;
use crate::App;
use crate::people::Person;
use crate::web::keyed;

/// What the browser gets and what is remembered until it answers.
pub(super) struct Begun {
    pub(super) options: Json,
    pub(super) server: String,
}

/// A passkey as a ceremony left it, ready to be kept.
pub(super) struct Proved {
    pub(super) credential_id: String,
    pub(super) static_state: String,
    pub(super) dynamic_state: String,
}

/// The host that the keys are bound to.
fn rp_id(app: &App) -> Result<RpId> {
    let host = app.settings.base_url.split_once("://").map_or("", |(_, rest)| rest);
    let host = host.split(['/', ':']).next().unwrap_or_default();
    AsciiDomain::try_from(host.to_owned())
        .map(RpId::Domain)
        .map_err(|error| Error::internal(format!("{host} is no host that passkeys can be bound to: {error}")))
}

/// What an authenticator keeps to say whose key it is: not the person's id, so that it means nothing elsewhere.
fn handle(app: &App, person: &Person) -> Result<UserHandle<16>> {
    let derived = hex::decode(keyed(app, "passkey", &person.id.to_string())).map_err(Error::internal)?;
    let bytes = derived.first_chunk::<16>().ok_or_else(|| Error::internal("a keyed value is too short"))?;
    Ok(UserHandle::from(*bytes))
}

pub(super) fn begin_registration(app: &App, person: &Person, known: &[Passkey]) -> Result<Begun> {
    let (rp_id, handle) = (rp_id(app)?, handle(app, person)?);
    let known = known.iter().map(|passkey| {
        let id = STANDARD.decode(&passkey.credential_id).map_err(Error::internal)?;
        let id = CredentialId::try_from(id).map_err(Error::internal)?;
        Ok(PublicKeyCredentialDescriptor { id, transports: AuthTransports::NONE })
    });
    let user = PublicKeyCredentialUserEntity {
        name: Username::try_from(person.email.as_str()).map_err(Error::internal)?,
        id: &handle,
        // A name that the standard's rules for nicknames do not allow is left out.
        display_name: Nickname::try_from(person.name.as_str()).ok(),
    };
    let mut options =
        PublicKeyCredentialCreationOptions::passkey(&rp_id, user, known.collect::<Result<Vec<_>>>()?);
    // Every sign-in asks for user verification anyway; insisting that the authenticator enforces it too would
    // shut out those that cannot.
    options.extensions.cred_protect = CredProtect::None;
    let (server, client) = options.start_ceremony().map_err(Error::internal)?;
    Ok(Begun {
        options: serde_json::to_value(&client).map_err(Error::internal)?,
        server: STANDARD.encode(server.encode().map_err(Error::internal)?),
    })
}

/// The new passkey; `None` when the answer is not the one that was asked for.
pub(super) fn finish_registration(app: &App, server: &str, answer: &str) -> Result<Option<Proved>> {
    let server = STANDARD.decode(server).map_err(Error::internal)?;
    let server = RegistrationServerState::<16>::decode(&server).map_err(Error::internal)?;
    let Ok(RegistrationRelaxed(answer)) = serde_json::from_str(answer) else { return Ok(None) };
    let origins = [app.settings.base_url.as_str()];
    let options = RegistrationVerificationOptions::<&str, &str> {
        allowed_origins: &origins,
        // An authenticator may say more than it was asked; what it says is not used.
        error_on_unsolicited_extensions: false,
        ..RegistrationVerificationOptions::default()
    };
    let Ok(made) = server.verify(&rp_id(app)?, &answer, &options) else { return Ok(None) };
    let (id, _, _, static_state, dynamic_state, _) = made.into_parts();
    let Ok(kept) = static_state.encode();
    let Ok(changing) = dynamic_state.encode();
    Ok(Some(Proved {
        credential_id: STANDARD.encode(id.as_ref()),
        static_state: STANDARD.encode(kept),
        dynamic_state: STANDARD.encode(changing),
    }))
}

pub(super) fn begin_authentication(app: &App) -> Result<Begun> {
    let rp_id = rp_id(app)?;
    let (server, client) =
        DiscoverableCredentialRequestOptions::passkey(&rp_id).start_ceremony().map_err(Error::internal)?;
    Ok(Begun {
        options: serde_json::to_value(&client).map_err(Error::internal)?,
        server: STANDARD.encode(server.encode().map_err(Error::internal)?),
    })
}

/// Which passkey an answer claims to come from.
pub(super) fn claimed_credential(answer: &str) -> Option<String> {
    let answer: DiscoverableAuthenticationRelaxed16 = serde_json::from_str(answer).ok()?;
    Some(STANDARD.encode(answer.0.raw_id().as_ref()))
}

/// The passkey's new state when the answer proves it; `None` when it does not.
pub(super) fn finish_authentication(
    app: &App,
    server: &str,
    answer: &str,
    person: &Person,
    passkey: &Passkey,
) -> Result<Option<String>> {
    let decode = |text: &str| STANDARD.decode(text).map_err(Error::internal);
    let server = DiscoverableAuthenticationServerState::decode(&decode(server)?).map_err(Error::internal)?;
    let Ok(answer) = serde_json::from_str::<DiscoverableAuthenticationRelaxed16>(answer) else {
        return Ok(None);
    };
    let (id, kept, changing) =
        (decode(&passkey.credential_id)?, decode(&passkey.static_state)?, decode(&passkey.dynamic_state)?);
    let changing: [u8; 7] =
        changing.try_into().map_err(|_| Error::internal("a passkey's state has a wrong length"))?;
    let handle = handle(app, person)?;
    let mut credential = AuthenticatedCredential::new(
        CredentialId::try_from(id.as_slice()).map_err(Error::internal)?,
        &handle,
        StaticState::decode(&kept).map_err(Error::internal)?,
        DynamicState::decode(changing).map_err(Error::internal)?,
    )
    .map_err(Error::internal)?;
    let origins = [app.settings.base_url.as_str()];
    let options = AuthenticationVerificationOptions::<&str, &str> {
        allowed_origins: &origins,
        error_on_unsolicited_extensions: false,
        ..AuthenticationVerificationOptions::default()
    };
    if server.verify(&rp_id(app)?, &answer.0, &mut credential, &options).is_err() {
        return Ok(None);
    }
    let Ok(changing) = credential.dynamic_state().encode();
    Ok(Some(STANDARD.encode(changing)))
}
