//! Derived User-Agent values (`../shared/vectors/user_agent`), judged under the cookbooks.

use etalon::base::{Kind, Profile};
use etalon::context::Context;
use etalon::engine::{self, Options, Verdict};

use crate::shared;

#[test]
fn every_value_comes_to_what_it_expects() {
    let Some(manifest) = shared::manifest("user_agent") else { return };
    let mut judged = 0;
    for item in manifest["items"].as_array().expect("items") {
        let value = item["value"].as_str().expect("value");
        let judge = |profile| {
            let options = Options::profile(profile);
            engine::judge(Kind::UserAgent, value.as_bytes(), &Context::default(), &options).expect("no crash")
        };
        let expected = match item["expected"].as_str() {
            Some("accept") => Verdict::Conforms,
            Some("reject") => Verdict::Violates,
            _ => continue,
        };
        assert_eq!(judge(Profile::Cookbook).verdict, expected, "{value}");
        assert_eq!(judge(Profile::Field).verdict, Verdict::Conforms, "{value}: real services never block");
        judged += 1;
    }
    assert!(judged >= 10, "only {judged} values were judged");
}
