//! What the value tells: it must identify the component, and nobody else.

use crate::base::Span;
use crate::model::identifier::IdentifierType;
use crate::model::user_agent::UserAgent;
use crate::rule;
use crate::rule::{Checked, Cx, Force, WARNING, cite};
use crate::rules::shown;

/// What HTTP libraries and tools send when nobody says otherwise, in lower case.
const LIBRARIES: &[&str] = &[
    "aiohttp",
    "apache-cxf",
    "apache-httpasyncclient",
    "apache-httpclient",
    "axios",
    "axis",
    "commons-httpclient",
    "curl",
    "dart",
    "dotnet",
    "faraday",
    "go-http-client",
    "got",
    "guzzlehttp",
    "httpie",
    "insomnia",
    "jakarta",
    "java",
    "java-http-client",
    "jersey",
    "ktor-client",
    "libcurl",
    "libwww-perl",
    "mozilla",
    "netty",
    "node",
    "node-fetch",
    "okhttp",
    "php-soap",
    "postmanruntime",
    "python-httpx",
    "python-requests",
    "python-urllib",
    "reactornetty",
    "reqwest",
    "rest-client",
    "restsharp",
    "ruby",
    "savon",
    "soapui",
    "spring",
    "undici",
    "winhttp",
    "wget",
    "zeep",
];

/// Names that the cookbooks' examples use, in lower case.
const PLACEHOLDERS: &[&str] = &["mycompany", "myproduct", "company", "package-name", "platform-company"];

/// Beyond this many characters no value of the cookbooks' shape is needed.
const MAX_LEN: usize = 256;

rule! { UserAgent =>
    /// The product is an HTTP library's default
    ///
    /// The value must tell the emergency contact which component sent the request. `okhttp/4.12`
    /// or `curl/8.5` tells what it was built with. The second subset may name the platform.
    "user-agent.library-default": WARNING => library_default,
        clauses: &["KD-5.1.3-04", "ED-5.1.2-04", "ED-5.1.2-06", "CR-4.1.2-03", "CR-4.1.2-04", "IX-5.1.1-04", "AA-5.1.3-04", "AA-5.1.3-05"],
        cites: &[
            cite("CertRA cookbook 0.5", "4.1.2", Force::Must, "It MUST include the minimal identification information of the software such that the emergency contact (see below) can uniquely identify the component."),
            cite("RFC 9110", "10.1.5", Force::Should, "A user agent SHOULD NOT generate a User-Agent header field containing needlessly fine-grained detail"),
        ],
        defects: &["SD-158"],
        catalogue: &["UA-07"];

    /// The value is copied from the cookbook
    ///
    /// `MyCompany/myProduct` and `XXXX` are the cookbooks' examples. Put the names of your company
    /// and product there.
    "user-agent.placeholder": WARNING.not_in_standard() => placeholder,
        clauses: &["ED-5.1.2-06", "CR-4.1.2-04", "AA-5.1.3-05"],
        cites: &[cite("KeyDepot cookbook 1.2", "5.1.3", Force::Fact, "User-Agent: MyCompany/myProduct/62.310.4 eHealth/Technical/3.19.0")],
        defects: &["SD-158"],
        catalogue: &["UA-08"];

    /// The value is needlessly long
    ///
    /// Beyond 256 characters it identifies no better, and servers and logs cut headers.
    "user-agent.too-long": WARNING => too_long,
        cites: &[cite("RFC 9110", "10.1.5", Force::Should, "Overly long and detailed User-Agent field values increase request latency")],
        catalogue: &["UA-09"];

    /// The value names a person
    ///
    /// A national number, a NIHII number or an e-mail address stands in it. The header is logged
    /// everywhere on the way; persons are identified in the token, contacts in From.
    "user-agent.personal-data": WARNING => personal_data,
        cites: &[cite("RFC 9110", "17.13", Force::Should, "The User-Agent header field might contain enough information to uniquely identify a specific device")],
        catalogue: &["UA-10"];
}

fn library_default(agent: &UserAgent<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let product = agent.subsets.first().filter(|_| !agent.is_empty())?;
    let name = product.segments().next().unwrap_or_default().to_ascii_lowercase();
    if LIBRARIES.contains(&name.as_str()) {
        let message = format!("expected the name of your product first, found the library `{name}`");
        cx.fail("subset[0]", product.span, message);
    }
    Some(Checked)
}

fn placeholder(agent: &UserAgent<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    if agent.is_empty() {
        return None;
    }
    for (index, subset) in agent.subsets.iter().enumerate() {
        let is_placeholder = |segment: &str| {
            let lower = segment.to_ascii_lowercase();
            PLACEHOLDERS.contains(&lower.as_str()) || lower.contains("xxx") || lower.contains(['{', '}'])
        };
        if let Some(found) = subset.segments().find(|segment| is_placeholder(segment)) {
            let message = format!("expected your own names, found {} as in an example", shown(found));
            cx.fail(format_args!("subset[{index}]"), subset.span, message);
        }
    }
    Some(Checked)
}

fn too_long(agent: &UserAgent<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let count = agent.text.chars().count();
    if count > MAX_LEN {
        cx.fail("", agent.span(), format!("expected at most {MAX_LEN} characters, found {count}"));
    }
    Some(Checked)
}

fn personal_data(agent: &UserAgent<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let mut offset = 0;
    for (index, subset) in agent.subsets.iter().enumerate() {
        for segment in subset.segments() {
            let start = subset.span.start as usize + offset;
            offset += segment.len() + 1;
            let packed: String = segment.chars().filter(|c| !matches!(c, '.' | '-' | '_')).collect();
            let names_person = ["SSIN", "NIHII11"]
                .into_iter()
                .find(|name| IdentifierType::named(name).is_some_and(|kind| kind.takes(&packed)));
            let found = match names_person {
                Some(name) => format!("a valid {name}"),
                None if segment.contains('@') => "an e-mail address".to_owned(),
                None => continue,
            };
            let span = Span::new(start, start + segment.len());
            cx.fail(
                format_args!("subset[{index}]"),
                span,
                format!("expected no personal data, found {found}"),
            );
        }
        offset = 0;
    }
    Some(Checked)
}
