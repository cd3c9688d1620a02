//! What the parts of a valid message say: by their names, which mean the same in every operation.

use super::Value;
use crate::base::time::{self, Duration};
use crate::forge::name::Holder;
use crate::forge::{Bench, Error, csr, etk, etk_challenge};
use crate::model::certra::DS;
use crate::model::xsd::{Type, XML};

/// The content of an element of this type. Status and signature are others' work.
pub(super) fn value(bench: &Bench, of: &'static Type, name: &str) -> Result<Value, Error> {
    let mut value = Value::default();
    for (namespace, attribute) in of.declared_attributes() {
        if let Some(text) = attribute_text(bench, name, namespace, attribute) {
            value = value.with(attribute, text);
        }
    }
    let declared = of.declared_elements();
    for part in &declared {
        let Some(inner) = part.of.filter(|_| part.namespace != DS && part.name != "Status") else { continue };
        if inner.declared_elements().is_empty() {
            for text in texts(bench, name, part.name)? {
                let mut leaf = self::value(bench, inner, part.name)?;
                // Whose identifier it is, the element around it says.
                if let Some(kind) = leaf.attributes.iter_mut().find(|(own, _)| own == "Type") {
                    kind.1 = identifier(bench, name, part.name).0;
                }
                leaf.text = text;
                value = value.and(part.name, leaf);
            }
        } else {
            value = value.and(part.name, self::value(bench, inner, part.name)?);
        }
    }
    Ok(value)
}

/// A person who does not live in Belgium, known by a BIS number.
pub(super) fn foreigner(bench: &Bench) -> Holder {
    // Born on an unknown day of January 1985: 20 is added to the month.
    let first = 852_100_000 + 1 + bench.stream("bis").below(997);
    Holder { identifier: format!("{first:09}{:02}", 97 - first % 97), ..Holder::person(bench.seed()) }
}

/// The type and value of an identifier: of the person who signs, or of the organisation.
fn identifier(bench: &Bench, parent: &str, name: &str) -> (String, String) {
    if parent == "ForeignPerson" {
        let foreigner = foreigner(bench);
        return (foreigner.identifier_type, foreigner.identifier);
    }
    let person = name == "SSIN" || parent == "Signer";
    let holder = if person { &bench.pki.person_holder } else { &bench.pki.organisation_holder };
    (holder.identifier_type.clone(), holder.identifier.clone())
}

fn attribute_text(bench: &Bench, name: &str, namespace: &str, attribute: &str) -> Option<String> {
    match (namespace, attribute) {
        ("", "Type") => Some(identifier(bench, "", name).0),
        (XML, "lang") => Some("en".to_owned()),
        ("", "EntityType") => Some("Organization".to_owned()),
        _ => None,
    }
}

/// What the elements of this name say that stand in an element of the other: one text for each.
fn texts(bench: &Bench, parent: &str, name: &str) -> Result<Vec<String>, Error> {
    let pki = &bench.pki;
    let base64 = |bytes: &[u8]| data_encoding::BASE64.encode(bytes);
    let days = |days| time::format(bench.clock() + Duration::days(days));
    let certificate = &pki.organisation;
    Ok(vec![match (parent, name) {
        (_, "SSIN" | "Id" | "OrganizationIdentifier" | "Identifier") => identifier(bench, parent, name).1,
        // An organisation has one name.
        ("Actor", "FirstName") => return Ok(Vec::new()),
        (_, "FirstName") => "Johanna".to_owned(),
        ("Actor", "Name") => pki.organisation_holder.name.clone(),
        (_, "Name") => "Peeters".to_owned(),
        ("Text", "Value") => "<p>I, the undersigned, declare that what stands here is true.</p>".to_owned(),
        (_, "Value") => "Hospital".to_owned(),
        (_, "EmailPrivate" | "EmailGeneral") => "johanna.peeters@example.be".to_owned(),
        (_, "PhonePrivate" | "PhoneGeneral") => "+3225550100".to_owned(),
        // Without one the certificate is the holder's first.
        (_, "ApplicationId") if parent == "CertificateIdentifier" => return Ok(Vec::new()),
        (_, "ApplicationId") => "ETALON".to_owned(),
        (_, "DN") => pki.organisation_holder.subject_text(),
        ("EHealthCSR", "CSR") => base64(&csr::Spec::valid(bench).sign()),
        (_, "CSR") => base64(&csr::Spec::of(&foreigner(bench), &pki.person.key).sign()),
        (_, "PublicKeyIdentifier") => data_encoding::HEXUPPER.encode(&certificate.key.identifier()),
        (_, "ReplacesCertificate") => data_encoding::HEXUPPER.encode(&pki.person.key.identifier()),
        (_, "X509Certificate") => {
            let chain = [certificate, &pki.issuing_ca];
            return Ok(chain.iter().map(|party| base64(&party.certificate)).collect());
        }
        (_, "RevocationReason") => "superseded".to_owned(),
        (_, "IdentifierType") => "NIHII-HOSPITAL".to_owned(),
        (_, "ValidationRegEx") => "^710[0-9]{5}$".to_owned(),
        (_, "CheckDigitAlgorithm") => "CHECK-97-MOD-97".to_owned(),
        (_, "AvailableBaseService" | "BaseServiceUsage") => "tsa".to_owned(),
        (_, "ValidationUrl") => "https://certra.example.be/validate/0b2d6e2c".to_owned(),
        (_, "ExpirationDate") => days(30),
        (_, "RequestedDate") => days(-31),
        (_, "ValidNotBefore") => days(-30),
        (_, "ValidNotAfter") => days(335),
        (_, "ReplacementPeriodStartDate") => days(245),
        (_, "AuthenticationCertificateStatus" | "ETKStatus") => "VALID_ACTIVE".to_owned(),
        (_, "SerialNumber") => "87654321".to_owned(),
        (_, "IssuerDN") => "CN=Etalon Test PKI - eHealth issuing CA 001,C=BE".to_owned(),
        (_, "PublicEncryptionKey") => base64(pki.organisation_encryption.key.spki()),
        (_, "ToBeRegistered") => base64(&pki.organisation_encryption.certificate),
        (_, "Challenge") => base64(&etk_challenge::Spec::valid(bench)?.bytes()),
        (_, "ETK") => base64(&etk::token(bench).sign()),
        // What is left are flags.
        _ => "true".to_owned(),
    }])
}
