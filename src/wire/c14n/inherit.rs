//! What an apex takes over from the elements around it: `xml:` attributes.

use super::Method;
use crate::wire::xml::{Element, XML_URI};

/// The `xml:` attributes that an apex gets beside its own ones, or in their place: local name and
/// value. A joined `xml:base` that says nothing is an empty value, and is not written.
pub(super) fn attributes(apex: Element<'_>, method: Method) -> Vec<(String, String)> {
    let mut inherited: Vec<(String, String)> = Vec::new();
    if method == Method::Exclusive {
        return inherited;
    }
    for ancestor in apex.ancestors().skip(1) {
        for attribute in ancestor.attributes().filter(|attribute| attribute.namespace() == XML_URI) {
            let local = attribute.local();
            let passed = match method {
                Method::Inclusive => true,
                Method::Inclusive11 => matches!(local, "lang" | "space"),
                Method::Exclusive => false,
            };
            let known = inherited.iter().any(|(name, _)| name == local);
            if passed && !known && apex.attribute(XML_URI, local).is_none() {
                inherited.push((local.to_owned(), attribute.value().into_owned()));
            }
        }
    }
    if method == Method::Inclusive11 {
        let mut bases: Vec<_> =
            apex.ancestors().filter_map(|element| element.attribute(XML_URI, "base")).collect();
        bases.reverse();
        let own = apex.attribute(XML_URI, "base").is_some();
        if bases.len() > usize::from(own) {
            // One base alone stays as it was written.
            let values = bases.iter().map(|base| base.value().into_owned());
            let joined = values.reduce(|base, next| join(&base, &next)).unwrap_or_default();
            inherited.push(("base".to_owned(), joined));
        }
    }
    inherited
}

/// Canonical XML 1.1, 2.4: RFC 3986, 5.2, changed so that both references may be relative.
fn join(base: &str, reference: &str) -> String {
    let (base, given) = (Parts::of(base), Parts::of(reference));
    let (authority, path, query);
    let scheme = if given.scheme.is_some() {
        (authority, path, query) = (given.authority, without_dots(given.path), given.query);
        given.scheme
    } else {
        if given.authority.is_some() {
            (authority, path, query) = (given.authority, without_dots(given.path), given.query);
        } else {
            authority = base.authority;
            if given.path.is_empty() {
                (path, query) = (without_dots(base.path), given.query.or(base.query));
            } else {
                let merged = if given.path.starts_with('/') {
                    given.path.to_owned()
                } else if base.authority.is_some() && base.path.is_empty() {
                    format!("/{}", given.path)
                } else {
                    // `..` at the end of a base stands for a directory, too.
                    let slash = if base.path == ".." || base.path.ends_with("/..") { "/" } else { "" };
                    let directory = format!("{}{slash}", base.path);
                    let kept = directory.rfind('/').map_or(0, |at| at + 1);
                    format!("{}{}", &directory[..kept], given.path)
                };
                (path, query) = (without_dots(&merged), given.query);
            }
        }
        base.scheme
    };
    let mut joined = String::new();
    if let Some(scheme) = scheme {
        joined.push_str(scheme);
        joined.push(':');
    }
    if let Some(authority) = authority {
        joined.push_str("//");
        joined.push_str(authority);
    }
    joined.push_str(&path);
    if let Some(query) = query {
        joined.push('?');
        joined.push_str(query);
    }
    joined
}

struct Parts<'a> {
    scheme: Option<&'a str>,
    authority: Option<&'a str>,
    path: &'a str,
    query: Option<&'a str>,
}

impl<'a> Parts<'a> {
    /// RFC 3986, appendix B; the fragment is dropped.
    fn of(reference: &'a str) -> Self {
        let rest = reference.split('#').next().unwrap_or_default();
        let (rest, query) = rest.split_once('?').map_or((rest, None), |(rest, query)| (rest, Some(query)));
        let (scheme, rest) = match rest.split_once(':') {
            Some((scheme, after)) if super::walk::is_scheme(scheme) => (Some(scheme), after),
            _ => (None, rest),
        };
        let (authority, path) = match rest.strip_prefix("//") {
            Some(after) => {
                let end = after.find('/').unwrap_or(after.len());
                (Some(&after[..end]), &after[end..])
            }
            None => (None, rest),
        };
        Self { scheme, authority, path, query }
    }
}

/// Removes `.` and `..` where they have something to undo; leading `..` stay, runs of slashes are
/// one, and a `..` at the end gets a slash.
fn without_dots(path: &str) -> String {
    let absolute = path.starts_with('/');
    let mut kept: Vec<&str> = Vec::new();
    let mut directory = absolute;
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        directory = matches!(segment, "." | "..");
        match segment {
            "." => {}
            ".." if kept.last().is_some_and(|last| *last != "..") => _ = kept.pop(),
            ".." if absolute => {}
            _ => kept.push(segment),
        }
    }
    directory |= path.ends_with('/');
    let mut joined = if absolute { "/".to_owned() } else { String::new() };
    joined.push_str(&kept.join("/"));
    if directory && !kept.is_empty() {
        joined.push('/');
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::super::{Algorithm, Subset, canonical};
    use super::join;
    use crate::base::Budget;
    use crate::wire::xml::{Document, Source};

    /// As libxml2 and Santuario write it.
    #[test]
    fn bases_are_joined_where_there_are_several_and_written_where_something_is_left() {
        for (around, own, expected) in [
            ("xml:base='a/./b'", "", " xml:base=\"a/./b\""),
            ("xml:base='..'", "", " xml:base=\"..\""),
            ("xml:base=''", "", ""),
            ("", "xml:base=''", " xml:base=\"\""),
            ("xml:base=''", "xml:base=''", ""),
            ("xml:base='a/b'", "xml:base='../c'", " xml:base=\"c\""),
        ] {
            let text = format!("<r {around}><e {own}/></r>");
            let source = Source::of(&text);
            let document = Document::parse(&source, &Budget::JUDGE).expect("well-formed");
            let apex = document.root().elements().next().expect("an element");
            let algorithm = Algorithm::from_uri("http://www.w3.org/2006/12/xml-c14n11").expect("known");
            let octets = canonical(Subset::element(apex), &algorithm).expect("canonical");
            let found = String::from_utf8(octets).expect("UTF-8");
            assert_eq!(found, format!("<e{expected}></e>"), "{text}");
        }
    }

    #[test]
    fn references_join_as_canonical_xml_says() {
        for (base, reference, expected) in [
            ("", "a/b", "a/b"),
            ("http://x/a/b", "c", "http://x/a/c"),
            ("http://x", "c", "http://x/c"),
            ("http://x/a/b/", "../c/./d", "http://x/a/c/d"),
            ("abc/", "../", ""),
            ("../bar/", "a", "../bar/a"),
            ("..", "..", "../../"),
            ("a/b", "http://y/c#f", "http://y/c"),
            ("http://x/a?q", "", "http://x/a?q"),
            ("http://x/a", "/b", "http://x/b"),
            ("/a/b/", "../../../c", "/c"),
            ("foo//bar/", "x", "foo/bar/x"),
        ] {
            assert_eq!(join(base, reference), expected, "{base} + {reference}");
        }
    }
}
