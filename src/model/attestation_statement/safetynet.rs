//! The response of Android's SafetyNet: a compact JWS whose header carries the certificates.

use crate::base::Budget;
use crate::crypto::Algorithm;
use crate::crypto::names::jose::{self, Protection};
use crate::wire::base64::{self, Form};
use crate::wire::json::{Document, Value};

/// A SafetyNet response.
#[derive(Debug, Default)]
pub(crate) struct Response {
    /// What makes it no compact JWS of JSON, as a message.
    pub(crate) malformed: Option<String>,
    /// The name of the algorithm in the header.
    pub(crate) algorithm_name: Option<String>,
    /// The certificates in the header, in DER.
    pub(crate) x5c: Vec<Vec<u8>>,
    /// The signature.
    pub(crate) signature: Vec<u8>,
    /// What is signed.
    pub(crate) signed: Vec<u8>,
    /// `nonce` of the payload.
    pub(crate) nonce: Option<String>,
    /// `timestampMs` of the payload.
    pub(crate) timestamp_ms: Option<i64>,
    /// `ctsProfileMatch` of the payload.
    pub(crate) cts_profile_match: Option<bool>,
}

impl Response {
    /// Reads a response as far as it can be read.
    pub(crate) fn read(bytes: &[u8], budget: &Budget) -> Self {
        let mut response = Self::default();
        if let Err(message) = response.fill(bytes, budget) {
            response.malformed = Some(message.to_owned());
        }
        response
    }

    /// The algorithm, where it is one that etalon knows.
    pub(crate) fn algorithm(&self) -> Option<Algorithm> {
        match jose::protection(self.algorithm_name.as_deref()?)? {
            Protection::Signature(algorithm) => Some(algorithm),
            Protection::Mac(_) => None,
        }
    }

    fn fill(&mut self, bytes: &[u8], budget: &Budget) -> Result<(), &'static str> {
        let text = std::str::from_utf8(bytes).map_err(|_| "expected text, found bytes that are not UTF-8")?;
        let mut parts = text.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err("expected three parts with a dot between them, found another number");
        };
        self.signed = text.as_bytes()[..header.len() + 1 + payload.len()].to_vec();
        let decode = |part: &str| base64::decode(part.as_bytes(), Form::Url, budget).strict();
        let header = decode(header).ok_or("expected the header in base64url, found other characters")?;
        let payload = decode(payload).ok_or("expected the payload in base64url, found other characters")?;
        self.signature =
            decode(signature).ok_or("expected the signature in base64url, found other characters")?;
        let header = Document::read(&header, budget);
        let header = object(&header).ok_or("expected a JSON object as header, found none")?;
        self.algorithm_name =
            header.member("alg").and_then(crate::wire::json::Value::as_str).map(str::to_owned);
        let certificates = header.member("x5c").into_iter().flat_map(Value::elements);
        for certificate in certificates {
            let der = certificate
                .as_str()
                .and_then(|text| base64::decode(text.as_bytes(), Form::Standard, budget).bytes)
                .ok_or("expected certificates in base64 under `x5c`, found something else")?;
            self.x5c.push(der);
        }
        let payload = Document::read(&payload, budget);
        let payload = object(&payload).ok_or("expected a JSON object as payload, found none")?;
        self.nonce = payload.member("nonce").and_then(crate::wire::json::Value::as_str).map(str::to_owned);
        self.timestamp_ms = payload.member("timestampMs").and_then(crate::wire::json::Value::as_i64);
        self.cts_profile_match =
            payload.member("ctsProfileMatch").and_then(crate::wire::json::Value::as_bool);
        Ok(())
    }
}

fn object<'a>(document: &'a Document<'_>) -> Option<Value<'a>> {
    let root = document.root().filter(|_| document.is_well_formed())?;
    (root.kind() == crate::wire::json::Type::Object).then_some(root)
}
