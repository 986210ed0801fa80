//! Package URLs: the coordinates of a component, with what qualifiers say about distribution, epoch and source.

use std::collections::HashMap;
use std::str::FromStr;

use packageurl::PackageUrl;

use crate::ecosystem::{Ecosystem, Family};
use crate::place::Place;

use super::{Component, Source, rpm};

/// Reads a package URL into a component, which may still lack its version.
///
/// # Errors
/// With the reason when the text is no package URL.
pub(super) fn component(text: &str, at: Place) -> Result<Component, String> {
    let purl = PackageUrl::from_str(text.trim()).map_err(|error| format!("no package URL: {error}"))?;
    let qualifier = |key: &str| purl.qualifiers().get(key).map(std::convert::AsRef::as_ref);
    let ecosystem = ecosystem(&purl, qualifier("distro"));
    let mut version = purl.version().unwrap_or_default().to_owned();
    if let Some(epoch) = qualifier("epoch")
        && !version.is_empty()
        && !version.contains(':')
    {
        version = format!("{epoch}:{version}");
    }
    let mut component = Component::new(ecosystem, name(&purl), version, at);
    component.arch = qualifier("arch").map(str::to_owned);
    component.module = qualifier("rpmmod").or_else(|| qualifier("modularitylabel")).and_then(rpm::module_of);
    component.source = qualifier("upstream").map(upstream);
    component.purl = Some(text.trim().to_owned());
    Ok(component)
}

/// `upstream=openssl@1.1.1n-0`, or the file name of a source rpm.
fn upstream(text: &str) -> Source {
    if let Some(source) = text.strip_suffix(".src.rpm").and_then(rpm::source_of) {
        return source;
    }
    match text.split_once('@') {
        Some((name, version)) => Source { name: name.to_owned(), version: Some(version.to_owned()) },
        None => Source { name: text.to_owned(), version: None },
    }
}

fn name(purl: &PackageUrl<'_>) -> String {
    let name = purl.name();
    match (purl.ty(), purl.namespace()) {
        ("deb" | "rpm" | "apk" | "alpm", _) | (_, None) => name.to_owned(),
        ("maven", Some(namespace)) => format!("{namespace}:{name}"),
        (_, Some(namespace)) => match (purl.ty(), purl.subpath()) {
            ("golang", Some(subpath)) => format!("{namespace}/{name}/{subpath}"),
            ("cocoapods", Some(subpath)) => format!("{namespace}/{name}/{subpath}"),
            _ => format!("{namespace}/{name}"),
        },
    }
}

fn ecosystem(purl: &PackageUrl<'_>, distro: Option<&str>) -> Ecosystem {
    let family = match purl.ty() {
        "cargo" => Family::CratesIo,
        "npm" => Family::Npm,
        "pypi" => Family::PyPI,
        "golang" => Family::Go,
        "maven" => Family::Maven,
        "nuget" => Family::NuGet,
        "gem" => Family::RubyGems,
        "composer" => Family::Packagist,
        "pub" => Family::Pub,
        "hex" => Family::Hex,
        "swift" => Family::Swift,
        "cocoapods" => Family::CocoaPods,
        "conan" => Family::Conan,
        "k8s" => Family::Kubernetes,
        "deb" | "rpm" | "apk" => return distribution(purl, distro),
        other => Family::Other(other.to_owned()),
    };
    Ecosystem::of(family)
}

/// `pkg:deb/debian/x?distro=debian-11`: the namespace names the family, the qualifier the release.
fn distribution(purl: &PackageUrl<'_>, distro: Option<&str>) -> Ecosystem {
    let namespace = purl.namespace().unwrap_or_default();
    let (id, version) = match distro.map(|distro| distro.rsplit_once('-').unwrap_or(("", distro))) {
        Some((id, version)) => (if id.is_empty() { namespace } else { id }, version),
        None => (namespace, ""),
    };
    Ecosystem::from_os_release(namespace, version)
        .or_else(|| Ecosystem::from_os_release(id, version))
        .unwrap_or_else(|| match purl.ty() {
            "deb" if namespace.is_empty() => Ecosystem::of(Family::Debian),
            "apk" if namespace.is_empty() => Ecosystem::of(Family::Alpine),
            manager => Ecosystem::of(Family::Other(format!("{manager}/{namespace}"))),
        })
}

/// The canonical package URL of a component that came without one; `None` where the type system has no type for it.
pub(super) fn write(component: &Component) -> Option<String> {
    let (ty, split) = match component.ecosystem.family {
        Family::CratesIo => ("cargo", None),
        Family::Npm => ("npm", Some('/')),
        Family::PyPI => ("pypi", None),
        Family::Go => ("golang", Some('/')),
        Family::Maven => ("maven", Some(':')),
        Family::NuGet => ("nuget", None),
        Family::RubyGems => ("gem", None),
        Family::Packagist => ("composer", Some('/')),
        Family::Pub => ("pub", None),
        Family::Hex => ("hex", None),
        Family::Swift => ("swift", Some('/')),
        Family::Conan => ("conan", None),
        _ => return None,
    };
    let canonical = component.ecosystem.canonical_name(&component.name);
    let (namespace, name) = match split.and_then(|separator| canonical.rsplit_once(separator)) {
        Some((namespace, name)) => (Some(namespace), name),
        None => (None, canonical.as_ref()),
    };
    let mut purl = PackageUrl::new(ty, name).ok()?;
    if let Some(namespace) = namespace {
        purl.with_namespace(namespace).ok()?;
    }
    purl.with_version(component.version.as_str()).ok()?;
    Some(purl.to_string())
}

/// Qualifiers that a source package of Trivy's SBOMs carries as properties instead.
pub(super) fn apply_trivy_properties(component: &mut Component, properties: &HashMap<&str, &str>) {
    let property = |name: &str| properties.get(format!("aquasecurity:trivy:{name}").as_str()).copied();
    let Some(source_name) = property("SrcName") else { return };
    let version = property("SrcVersion").map(|version| {
        let release = property("SrcRelease").map(|release| format!("-{release}")).unwrap_or_default();
        let epoch = property("SrcEpoch").map(|epoch| format!("{epoch}:")).unwrap_or_default();
        format!("{epoch}{version}{release}")
    });
    component.source = Some(Source { name: source_name.to_owned(), version });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_of_every_manager() {
        for (text, ecosystem, name, version) in [
            ("pkg:cargo/serde@1.0.1", "crates.io", "serde", "1.0.1"),
            ("pkg:npm/%40babel/core@7.0.0", "npm", "@babel/core", "7.0.0"),
            ("pkg:golang/github.com/gorilla/mux@v1.8.0", "Go", "github.com/gorilla/mux", "v1.8.0"),
            (
                "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1",
                "Maven",
                "org.apache.logging.log4j:log4j-core",
                "2.14.1",
            ),
            (
                "pkg:deb/debian/libssl1.1@1.1.1n-0%2Bdeb11u3?arch=amd64&distro=debian-11",
                "Debian:11",
                "libssl1.1",
                "1.1.1n-0+deb11u3",
            ),
            (
                "pkg:rpm/centos/openssl-libs@1.0.2k-16.el7?arch=x86_64&epoch=1&distro=centos-7.6.1810",
                "Red Hat:7",
                "openssl-libs",
                "1:1.0.2k-16.el7",
            ),
            ("pkg:apk/alpine/musl@1.2.4-r2?distro=alpine-3.18.4", "Alpine:3.18", "musl", "1.2.4-r2"),
            ("pkg:k8s/k8s.io%2Fkubelet@1.27.0", "Kubernetes", "k8s.io/kubelet", "1.27.0"),
            ("pkg:composer/guzzlehttp/psr7@1.8.3", "Packagist", "guzzlehttp/psr7", "1.8.3"),
        ] {
            let component = component(text, Place::File).unwrap();
            assert_eq!(component.ecosystem.to_string(), ecosystem, "{text}");
            assert_eq!((component.name.as_str(), component.version.as_str()), (name, version), "{text}");
        }
    }

    #[test]
    fn a_written_purl_reads_back() {
        let mut component = component("pkg:npm/%40babel/core@7.0.0", Place::File).unwrap();
        component.purl = None;
        assert_eq!(write(&component).unwrap(), "pkg:npm/%40babel/core@7.0.0");
    }
}
