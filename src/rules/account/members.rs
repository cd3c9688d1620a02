//! The members: the account, its user, and a reference pair for each key.

use crate::model::account::{Account, SHAPE};
use crate::rule;
use crate::rule::{Checked, Cx, ERROR, Force, NOTE, WARNING, cite};
use crate::rules::json::shape;

rule! { Account =>
    /// A member of the account is missing
    ///
    /// `accountId`, `username` and `details`, and in each detail `jwkRef` and
    /// `attestationObjectRef`.
    "account.member-missing": ERROR.not_in_standard() => member_missing,
        clauses: &["KD-5.2.7-05", "KD-5.2.7-07", "KD-5.2.7-08", "KD-5.2.7-11"],
        cites: &[cite("KeyDepot cookbook 1.2", "5.2.7", Force::Fact, "username: The username linked to the user")],
        defects: &["SD-56"];

    /// A member has the wrong JSON type
    ///
    /// The id, the user's name, the key's name and both references are strings, `details` is an array of objects. The
    /// sample has the text `{}` in the place of references (SD-56): a string, and not an object.
    "account.member-mistyped": ERROR.not_in_standard() => member_mistyped,
        clauses: &[
            "KD-5.2-01", "KD-5.2.7-10", "KD-5.2.7-11", "KD-5.2.7-12", "KD-5.2.7-13", "KD-5.2.7-14",
            "KD-5.2.7-15",
        ],
        cites: &[cite("KeyDepot cookbook 1.2", "5.2.7", Force::Fact, "\"accountId\": \"08455776-6b71-45a9-bf07-9f98d3776dc3\"")],
        defects: &["SD-38", "SD-56"],
        catalogue: &["GE-08"];

    /// A member is spelt otherwise
    ///
    /// Names are case-sensitive: a client that looks for `jwkRef` does not find `jwkref`, and takes the key for one
    /// without a public half.
    "account.member-misspelt": WARNING.not_in_standard() => member_misspelt,
        cites: &[cite("KeyDepot cookbook 1.2", "5.2.7", Force::Fact, "\"attestationObjectRef\": \"{}\"")],
        catalogue: &["GE-05"];

    /// A key has no name
    ///
    /// PATCH sets it; a key that was never given one may come without (SD-50).
    "account.name-missing": NOTE.not_in_standard() => name_missing,
        clauses: &["KD-5.2.7-06"],
        cites: &[cite("KeyDepot cookbook 1.2", "5.2.7", Force::Fact, "details - name: Meaningfull name of the key")],
        defects: &["SD-50"];

    /// The account id can be guessed
    ///
    /// A number that counts up leads from one account to the next. The example has a random UUID.
    "account.id-guessable": WARNING.not_in_standard() => id_guessable,
        clauses: &["KD-5.2.7-10"],
        cites: &[cite("KeyDepot cookbook 1.2", "5.2.7", Force::Fact, "\"accountId\": \"08455776-6b71-45a9-bf07-9f98d3776dc3\"")],
        defects: &["SD-38"],
        catalogue: &["RL-08"];
}

fn member_missing(account: &Account<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    shape::missing(account.value, SHAPE, cx)
}

fn member_mistyped(account: &Account<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    shape::mistyped(account.value, SHAPE, cx)
}

fn member_misspelt(account: &Account<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    shape::misspelt(account.value, SHAPE, cx)
}

fn name_missing(account: &Account<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    account.details().next()?;
    for detail in account.details().filter(|detail| detail.member("name").is_none()) {
        cx.fail(detail.pointer(), detail.span(), "expected a member name, found none");
    }
    Some(Checked)
}

fn id_guessable(account: &Account<'_>, cx: &mut Cx<'_>) -> Option<Checked> {
    let value = account.value.member("accountId")?;
    let id = value.as_str()?;
    if id.len() < 16 || id.bytes().all(|byte| byte.is_ascii_digit()) {
        cx.fail(
            value.pointer(),
            value.span(),
            "expected an id that nobody can guess, found a short one or a number",
        );
    }
    Some(Checked)
}
