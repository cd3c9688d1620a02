//! Deviations of the authenticator data.

use super::{draft, signed, standard};
use crate::base::Profile;
use crate::forge::Mutation;
use crate::forge::cbor::{Cbor, map};
use crate::forge::registration::{Data, Draft, Format};

const CUT: &[&str] = &["attestation-object.attested-credential-cut"];

pub(super) const MUTATIONS: &[Mutation] = &[
    standard(
        "data-36-bytes",
        "WD-01",
        "a byte less than there must be",
        &["attestation-object.authenticator-data-short"],
        |bench| signed(bench, |it| it.object.edit("authData", |data| data.truncate(36))),
    ),
    standard(
        "data-empty",
        "WD-01",
        "no authenticator data at all",
        &["attestation-object.authenticator-data-short"],
        |bench| signed(bench, |it| it.object.edit("authData", Vec::clear)),
    ),
    standard(
        "rp-id-other",
        "WD-02",
        "the hash of another relying party",
        &["attestation-object.rp-id-mismatch"],
        |bench| draft(bench, |it| it.data.rp_id = "evil.example".into()),
    ),
    standard(
        "rp-id-origin",
        "WD-02",
        "the hash of the origin",
        &["attestation-object.rp-id-mismatch"],
        |bench| draft(bench, |it| it.data.rp_id = "https://keydepot.example".into()),
    ),
    standard(
        "rp-id-unknown",
        "",
        "a relying party that does not know its id",
        &["attestation-object.no-rp-id"],
        |bench| {
            Ok(Draft::new(bench, Format::None).sign().without("rp_id").without("origin").attestation_object())
        },
    ),
    standard(
        "user-absent",
        "WD-03",
        "the user was not present",
        &["attestation-object.user-absent"],
        |bench| draft(bench, |it| it.data.flags &= !Data::PRESENT),
    ),
    standard(
        "user-unverified",
        "WD-04",
        "the user was not verified as required",
        &["attestation-object.user-unverified"],
        |bench| {
            let mut draft = Draft::new(bench, Format::None);
            draft.data.flags &= !Data::VERIFIED;
            Ok(draft.sign().with("user_verification", "required").attestation_object())
        },
    ),
    standard(
        "user-verification-skipped",
        "",
        "the user was not verified",
        &["attestation-object.user-verification-skipped", "attestation-object.unattested"],
        |bench| draft(bench, |it| it.data.flags &= !Data::VERIFIED),
    )
    .under(Profile::Cookbook),
    standard(
        "at-clear",
        "WD-05",
        "the flag AT is clear, and the key is there",
        &["attestation-object.no-attested-credential", "attestation-object.leftover-bytes"],
        |bench| draft(bench, |it| it.data.flags &= !Data::ATTESTED),
    ),
    standard(
        "unattested",
        "WD-05",
        "the flag AT is clear, and the key is not there",
        &["attestation-object.no-attested-credential"],
        |bench| {
            draft(bench, |it| {
                it.data.flags &= !Data::ATTESTED;
                it.data.unattested = true;
            })
        },
    ),
    standard("at-alone", "WD-06", "the flag AT is set, and nothing follows", CUT, |bench| {
        draft(bench, |it| it.data.unattested = true)
    }),
    standard("aaguid-short", "WD-06", "an AAGUID of 15 bytes", CUT, |bench| {
        signed(bench, |it| it.object.edit("authData", |data| data.truncate(52)))
    }),
    standard("id-length-cut", "WD-06", "half of the length of the credential id", CUT, |bench| {
        signed(bench, |it| it.object.edit("authData", |data| data.truncate(54)))
    }),
    standard("key-absent", "WD-06", "nothing behind the credential id", CUT, |bench| {
        signed(bench, |it| it.object.edit("authData", |data| data.truncate(55 + 32)))
    }),
    standard(
        "extensions-unannounced",
        "WD-07",
        "extensions without the flag ED",
        &["attestation-object.leftover-bytes"],
        |bench| draft(bench, |it| it.data.extensions = Some(map([("credProtect", 2.into())]))),
    ),
    standard(
        "extensions-missing",
        "WD-07",
        "the flag ED without extensions",
        &["attestation-object.extensions-missing"],
        |bench| draft(bench, |it| it.data.flags |= Data::EXTENDED),
    ),
    standard(
        "backed-up",
        "WD-08",
        "a backup that is not allowed",
        &["attestation-object.backed-up-without-eligibility"],
        |bench| draft(bench, |it| it.data.flags |= Data::BACKED_UP),
    ),
    standard("backed-up-eligible", "WD-08", "a backup that is allowed: valid", &[], |bench| {
        draft(bench, |it| it.data.flags |= Data::BACKED_UP | Data::BACKUP_ELIGIBLE)
    }),
    standard(
        "reserved-flag",
        "WD-09",
        "a reserved flag is set",
        &["attestation-object.reserved-flag"],
        |bench| draft(bench, |it| it.data.flags |= 0x20),
    ),
    standard(
        "id-length-overflow",
        "WD-10",
        "a credential id longer than the bytes",
        &["attestation-object.attested-credential-cut", "attestation-object.credential-id-long"],
        |bench| draft(bench, |it| it.data.declared = Some(65535)),
    ),
    standard(
        "id-empty",
        "WD-10",
        "an empty credential id",
        &["attestation-object.credential-id-empty"],
        |bench| draft(bench, |it| it.data.credential_id.clear()),
    ),
    standard(
        "id-short",
        "WD-10",
        "a credential id of 15 bytes",
        &["attestation-object.credential-id-short"],
        |bench| draft(bench, |it| it.data.credential_id.truncate(15)),
    ),
    standard(
        "id-long",
        "WD-10",
        "a credential id of 1024 bytes",
        &["attestation-object.credential-id-long"],
        |bench| draft(bench, |it| it.data.credential_id.resize(1024, 7)),
    ),
    standard("id-longest", "WD-10", "a credential id of 1023 bytes: valid", &[], |bench| {
        draft(bench, |it| it.data.credential_id.resize(1023, 7))
    }),
    standard(
        "junk-behind-key",
        "WD-12",
        "junk between the key and the end",
        &["attestation-object.leftover-bytes"],
        |bench| draft(bench, |it| it.data.rest = vec![0xde, 0xad]),
    ),
    standard("extensions", "WD-13", "an extension that nobody knows: valid", &[], |bench| {
        draft(bench, |it| {
            it.data.flags |= Data::EXTENDED;
            it.data.extensions = Some(map([("unknown", Cbor::Bool(true))]));
        })
    }),
    standard(
        "extensions-array",
        "WD-13",
        "extensions in an array",
        &["attestation-object.extensions-malformed"],
        |bench| {
            draft(bench, |it| {
                it.data.flags |= Data::EXTENDED;
                it.data.extensions = Some(Cbor::Array(vec!["credProtect".into()]));
            })
        },
    ),
    standard(
        "extension-number",
        "WD-13",
        "an extension named by a number",
        &["attestation-object.extensions-malformed"],
        |bench| {
            draft(bench, |it| {
                it.data.flags |= Data::EXTENDED;
                it.data.extensions = Some(Cbor::Map(vec![(1.into(), 2.into())]));
            })
        },
    ),
    standard(
        "firefox-117",
        "WD-14",
        "the key's map is one entry short, as Firefox 117 wrote it",
        &["attestation-object.key-parameter-missing", "attestation-object.leftover-bytes"],
        |bench| {
            draft(bench, |it| {
                let mut key = it.data.key.encode();
                key[0] = 0xa4;
                it.data.key = Cbor::Encoded(key);
            })
        },
    ),
    standard("counter-highest", "WD-15", "the highest signature counter: valid", &[], |bench| {
        draft(bench, |it| it.data.sign_count = u32::MAX)
    }),
    standard(
        "key-not-canonical",
        "WB-05",
        "the parameters of the key out of order",
        &["attestation-object.authenticator-data-not-canonical"],
        |bench| {
            draft(bench, |it| {
                if let Cbor::Map(pairs) = &mut it.data.key {
                    pairs.swap(0, 1);
                }
            })
        },
    ),
];
