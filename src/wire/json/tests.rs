use proptest::prelude::*;

use super::*;
use crate::base::Limit;

fn faults(text: &str) -> Vec<(String, Span, JsonFault)> {
    let document = Document::read(text.as_bytes(), &Budget::JUDGE);
    document.faults().iter().map(|fault| (fault.at.clone(), fault.span, fault.kind.clone())).collect()
}

#[test]
fn a_tree_is_walked_by_name_position_and_pointer() {
    let text = r#"{"keys": [{"kty": "EC", "a/b~": [1, -2.5e3, true, null]}], "n\u0061me": "\ud83d\ude00\n"}"#;
    let document = Document::read(text.as_bytes(), &Budget::JUDGE);
    assert_eq!(document.faults(), []);
    let root = document.root().expect("a value");
    let key = root.member("keys").and_then(|keys| keys.elements().next()).expect("a key");
    assert_eq!(key.member("kty").and_then(Value::as_str), Some("EC"));
    let numbers = key.member("a/b~").expect("there");
    assert_eq!(numbers.elements().nth(1).map(Value::pointer), Some("/keys/0/a~1b~0/1".to_owned()));
    assert_eq!(numbers.elements().nth(1).and_then(Value::as_number), Some("-2.5e3"));
    assert_eq!(numbers.elements().map(Value::kind).last(), Some(Type::Null));
    let name = root.member("name").expect("by its unescaped name");
    assert_eq!(name.as_str(), Some("😀\n"));
    assert_eq!(name.text_span().of(text.as_bytes()), br"\ud83d\ude00\n");
    assert_eq!(root.span(), Span::new(0, text.len()));
}

#[test]
fn duplicates_are_found_at_every_level_by_their_unescaped_names() {
    let text = r#"{"a": {"b": 1, "c": 2, "\u0062": 3}, "a": 4}"#;
    assert_eq!(
        faults(text),
        [
            ("/a/b".to_owned(), Span::new(23, 31), JsonFault::DuplicateMember),
            ("/a".to_owned(), Span::new(37, 40), JsonFault::DuplicateMember),
        ]
    );
    let document = Document::read(text.as_bytes(), &Budget::JUDGE);
    assert_eq!(document.root().and_then(|root| root.member("a")).and_then(Value::as_i64), Some(4));
}

#[test]
fn reading_goes_on_behind_faults() {
    let text = "{\"a\": 01, // one\n \"b\": [1,,2,] \"c\": NaN, \"d\": \"\\x\t\\ud800\"} x";
    let kinds: Vec<_> = faults(text).into_iter().map(|(at, _, kind)| (at, kind)).collect();
    assert_eq!(
        kinds,
        [
            ("/a".to_owned(), JsonFault::Number),
            (String::new(), JsonFault::Comment),
            ("/b".to_owned(), JsonFault::ExtraComma),
            ("/b".to_owned(), JsonFault::TrailingComma),
            (String::new(), JsonFault::MissingComma),
            ("/c".to_owned(), JsonFault::Literal),
            ("/d".to_owned(), JsonFault::Escape),
            ("/d".to_owned(), JsonFault::ControlCharacter(9)),
            ("/d".to_owned(), JsonFault::LoneSurrogate(0xd800)),
            (String::new(), JsonFault::TrailingData),
        ]
    );
}

#[test]
fn a_cut_text_keeps_what_was_read() {
    let document = Document::read(br#"{"a": {"b": [1, "tw"#, &Budget::JUDGE);
    assert!(!document.is_complete());
    let root = document.root().expect("the object");
    assert_eq!(root.member("a").and_then(|a| a.member("b")).map(|b| b.elements().count()), Some(1));
    assert_eq!(document.faults().len(), 1);
}

#[test]
fn a_fault_at_a_character_covers_all_of_its_bytes() {
    for text in ["é{}", "[1 é]", "{é: 1}", "{\"a\" é}", "[é]", "😀"] {
        let document = Document::read(text.as_bytes(), &Budget::JUDGE);
        assert!(!document.faults().is_empty(), "{text}");
        for fault in document.faults() {
            assert!(text.get(fault.span.range()).is_some(), "{text}: {fault:?}");
        }
    }
}

#[test]
fn invalid_utf8_is_reported_where_it_is() {
    let document = Document::read(b"[\"a\xffb\"]", &Budget::JUDGE);
    assert_eq!(document.faults(), [Fault::new(JsonFault::Utf8, Span::new(3, 4), "/0")]);
    let text = document.root().and_then(|root| root.elements().next()).and_then(Value::as_str);
    assert_eq!(text, Some("a\u{fffd}b"));
}

#[test]
fn each_budget_ends_the_reading() {
    let budget = Budget { bytes: 1000, depth: 3, nodes: 20, members: 5, faults: 4 };
    let limit = |text: &str| {
        let document = Document::read(text.as_bytes(), &budget);
        assert!(!document.is_complete());
        match document.faults().last().map(|fault| fault.kind.clone()) {
            Some(JsonFault::Spent(limit)) => limit,
            other => panic!("expected a spent budget, found {other:?}"),
        }
    };
    assert_eq!(limit(&"[".repeat(900)), Limit::Depth(3));
    assert_eq!(limit(&format!("[{}1]", "1,".repeat(100))), Limit::Nodes(20));
    assert_eq!(limit(r#"{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1}"#), Limit::Members(5));
    assert_eq!(limit("[,,,,,,,,,1]"), Limit::Faults(4));
    assert_eq!(limit(&" ".repeat(1001)), Limit::Bytes(1000));
}

proptest! {
    #[test]
    fn well_formed_is_what_serde_json_takes(text in r#"[\[\]{}:," \\/*a1\-.e0ntrulfs]{0,24}"#) {
        let document = Document::read(text.as_bytes(), &Budget::JUDGE);
        let serde = serde_json::from_str::<serde_json::Value>(&text);
        // serde_json refuses numbers beyond a double, which the grammar allows.
        if !serde.as_ref().is_err_and(|error| error.to_string().starts_with("number out of range")) {
            prop_assert_eq!(document.is_well_formed(), serde.is_ok(), "{:?} {:?}", document.faults(), serde);
        }
        prop_assert_eq!(document.is_complete() || !document.faults().is_empty(), true);
    }

    #[test]
    fn spans_lie_inside_the_text(bytes: Vec<u8>) {
        let document = Document::read(&bytes, &Budget::JUDGE);
        for span in document.values().map(Value::span).chain(document.faults().iter().map(|fault| fault.span)) {
            prop_assert!(span.start <= span.end && span.end as usize <= bytes.len(), "{span:?}");
        }
    }

    #[test]
    fn pointers_lead_back(text in r#"(\{"a":\[1,\{"b~/":2\}\],"c":\{\}\}|\[\[\],\[1\]\])"#) {
        let document = Document::read(text.as_bytes(), &Budget::JUDGE);
        let theirs: serde_json::Value = serde_json::from_str(&text).unwrap();
        for value in document.values() {
            let there = theirs.pointer(&value.pointer()).expect("leads somewhere");
            let span = value.span();
            prop_assert_eq!(there, &serde_json::from_slice::<serde_json::Value>(span.of(text.as_bytes())).unwrap());
        }
    }
}
