//! XML: what is well-formed and what is not, against hand-made cases and a second reader.

use etalon::base::Budget;
use etalon::wire::xml::{Document, Encodings, Source, XmlFault};

fn faults(input: &[u8]) -> Vec<String> {
    let source = match Source::read(input, Encodings::Utf8AndUtf16) {
        Ok(source) => source,
        Err(fault) => return vec![name(&fault.kind)],
    };
    match Document::parse(&source, &Budget::JUDGE) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.iter().map(|fault| name(&fault.kind)).collect(),
    }
}

/// The variant's name alone.
fn name(kind: &XmlFault) -> String {
    format!("{kind:?}").split(['(', ' ']).next().unwrap_or_default().to_owned()
}

const ILL_FORMED: &[(&str, &str)] = &[
    ("", "RootMissing"),
    (" \n", "RootMissing"),
    ("<!-- only -->", "RootMissing"),
    ("<a/><b/>", "RootSecond"),
    ("x<a/>", "ContentOutsideRoot"),
    ("<a/>x", "ContentOutsideRoot"),
    ("<a/>&amp;", "ContentOutsideRoot"),
    ("<a/><![CDATA[x]]>", "ContentOutsideRoot"),
    ("<a>", "ElementUnclosed"),
    ("<a><b></a>", "EndTagMismatched"),
    ("<a></A>", "EndTagMismatched"),
    ("</a>", "EndTagWithoutStart"),
    ("<a/></a>", "EndTagWithoutStart"),
    ("<a b='1' b='2'/>", "AttributeDuplicate"),
    ("<a xmlns:p='u' xmlns:q='u' p:b='1' q:b='2'/>", "AttributeDuplicate"),
    ("<a xmlns='u' xmlns='v'/>", "AttributeDuplicate"),
    ("<a xmlns:p='u' xmlns:p='u'/>", "AttributeDuplicate"),
    ("<p:a/>", "PrefixUnbound"),
    ("<a p:b='1'/>", "PrefixUnbound"),
    ("<a><b xmlns:p='u'/><p:c/></a>", "PrefixUnbound"),
    ("<a xmlns:p=''/>", "PrefixUndeclared"),
    ("<a xmlns:xmlns='u'/>", "PrefixReserved"),
    ("<a xmlns:xml='u'/>", "PrefixReserved"),
    ("<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>", "PrefixReserved"),
    ("<a xmlns='http://www.w3.org/XML/1998/namespace'/>", "PrefixReserved"),
    ("<a xmlns:p='http://www.w3.org/2000/xmlns/'/>", "PrefixReserved"),
    ("<xmlns:a/>", "PrefixReserved"),
    ("<a b='<'/>", "LessThanInAttribute"),
    ("<a>&b;</a>", "EntityUndeclared"),
    ("<a b='&c;'/>", "EntityUndeclared"),
    ("<a>&</a>", "AmpersandBare"),
    ("<a>& b</a>", "AmpersandBare"),
    ("<a>&amp</a>", "AmpersandBare"),
    ("<a>&#0;</a>", "CharacterReference"),
    ("<a>&#xD800;</a>", "CharacterReference"),
    ("<a>&#xFFFE;</a>", "CharacterReference"),
    ("<a>&#8;</a>", "CharacterReference"),
    ("<a>&#x110000;</a>", "CharacterReference"),
    ("<a>&#;</a>", "CharacterReference"),
    ("<a>&#X41;</a>", "CharacterReference"),
    ("<a>&#65</a>", "CharacterReference"),
    ("<a b='&#x1F;'/>", "CharacterReference"),
    ("<a>\u{1}</a>", "CharacterForbidden"),
    ("<a>\0</a>", "CharacterForbidden"),
    ("<a>\u{FFFF}</a>", "CharacterForbidden"),
    ("<a b='\u{B}'/>", "CharacterForbidden"),
    ("<a>]]></a>", "CdataEndInText"),
    ("<a>]]]></a>", "CdataEndInText"),
    ("<a><?xml x?></a>", "DeclarationMisplaced"),
    ("<a><?XmL x?></a>", "InstructionTargetReserved"),
    (" <?xml version='1.0'?><a/>", "DeclarationMisplaced"),
    ("<?xml encoding='UTF-8'?><a/>", "DeclarationMalformed"),
    ("<?xml version='1.0' encoding=''?><a/>", "DeclarationMalformed"),
    ("<?xml version='1.0' standalone='maybe'?><a/>", "DeclarationMalformed"),
    ("<?xml version='1.0'encoding='UTF-8'?><a/>", "DeclarationMalformed"),
    ("<?xml encoding='UTF-8' version='1.0'?><a/>", "DeclarationMalformed"),
    ("<?xml version='1.1'?><a/>", "VersionNotRead"),
    ("<?xml version='2.0'?><a/>", "VersionNotRead"),
    ("<?xml version='1.0' encoding='UTF-16'?><a/>", "EncodingContradicted"),
    ("<?xml version='1.0' encoding='UTF-7'?><a/>", "EncodingNotRead"),
    ("<?xml version='1.0' encoding='ISO-8859-1'?><a>é</a>", "EncodingNotRead"),
    ("<1a/>", "NameMissing"),
    ("< a/>", "NameMissing"),
    ("<-a/>", "NameMissing"),
    ("<a::b/>", "NameColons"),
    ("<a:/>", "NameColons"),
    ("<:a/>", "NameColons"),
    ("<a:b:c/>", "NameColons"),
    ("<a xmlns:p='u' p:1b='1'/>", "NameColons"),
    ("<a><?p:q x?></a>", "NameColons"),
    ("<a><?1 x?></a>", "MarkupUnknown"),
    ("<a b='1'c='2'/>", "AttributeNotSeparated"),
    ("<a b/>", "AttributeWithoutValue"),
    ("<a b=1/>", "AttributeUnquoted"),
    ("<a b=\"1'/>", "MarkupUnclosed"),
    ("<a / >", "TagMalformed"),
    ("<a/", "TagMalformed"),
    ("<a></a b='1'>", "TagMalformed"),
    ("<a><!b></a>", "MarkupUnknown"),
    ("<a><![cdata[x]]></a>", "MarkupUnknown"),
    ("<a><!-- -- --></a>", "CommentDashes"),
    ("<a><!-- ---></a>", "CommentDashes"),
    ("<a><!-- </a>", "MarkupUnclosed"),
    ("<a><![CDATA[ </a>", "MarkupUnclosed"),
    ("<a><?p </a>", "MarkupUnclosed"),
    ("<!DOCTYPE a><a/>", "DoctypeDeclared"),
    ("<!DOCTYPE a SYSTEM 'http://127.0.0.1/x.dtd'><a/>", "DoctypeDeclared"),
    ("<!DOCTYPE a [<!ENTITY b 'x>]'><!-- ]> --><?p ]> ?>]><a/>", "DoctypeDeclared"),
    ("<a/><!DOCTYPE a>", "DoctypeDeclared"),
];

const WELL_FORMED: &[&str] = &[
    "<a/>",
    "\u{FEFF}<a/>",
    "<?xml version='1.0'?><a/>",
    "<?xml version=\"1.0\" encoding='utf-8' standalone = 'yes' ?>\n<!-- c --><?p?><a/>\n<!-- d -->\n",
    "<?xml version='1.0' encoding='ISO-8859-1'?><a>&#233;</a>",
    "<a b = 'x' c=\"'\">]] > &lt;&#x10FFFF;<![CDATA[<&]]]]><![CDATA[>]]></a>",
    "<a xmlns='u' b='1' xmlns:p='u' p:b='2'><c xmlns=''/></a>",
    "<a xmlns:xml='http://www.w3.org/XML/1998/namespace' xml:lang='nl'/>",
    "<_é.-·/>",
    "<a><!----><?xml-stylesheet href='x'?></a>",
    "<a b='>\t\n'\n></a\n>",
];

#[test]
fn everything_ill_formed_is_named() {
    for (input, expected) in ILL_FORMED {
        let found = faults(input.as_bytes());
        assert!(found.iter().any(|name| name == expected), "{input:?}: expected {expected}, found {found:?}");
    }
}

#[test]
fn everything_well_formed_is_read() {
    for input in WELL_FORMED {
        assert_eq!(faults(input.as_bytes()), Vec::<String>::new(), "{input:?}");
    }
}

#[test]
fn encodings_are_told_apart() {
    let utf16 = |text: &str, big: bool| {
        let mut bytes = if big { vec![0xFE, 0xFF] } else { vec![0xFF, 0xFE] };
        for unit in text.encode_utf16() {
            bytes.extend(if big { unit.to_be_bytes() } else { unit.to_le_bytes() });
        }
        bytes
    };
    let document = "<?xml version='1.0' encoding='UTF-16'?><a>é𝄞</a>";
    for big in [true, false] {
        assert_eq!(faults(&utf16(document, big)), Vec::<String>::new());
        assert_eq!(
            faults(&utf16("<?xml version='1.0' encoding='UTF-8'?><a/>", big)),
            ["EncodingContradicted"]
        );
        assert_eq!(faults(&utf16("<a/>", big)[2..]), ["EncodingNotRead"]);
    }
    assert_eq!(faults(b"\xFF\xFE<\0a\0/\0>"), ["NotUtf16"]);
    assert_eq!(faults(b"\xFF\xFE<\0\x00\xD8"), ["NotUtf16"]);
    assert_eq!(faults(b"\xFF\xFE\0\0<\0\0\0"), ["EncodingNotRead"]);
    assert_eq!(faults(b"\x4C\x6F\xA7\x94"), ["EncodingNotRead"]);
    assert_eq!(faults(b"<a>\xC0\xBC</a>"), ["NotUtf8"]);
    let utf16 = utf16(document, true);
    let refused = Source::read(&utf16, Encodings::Utf8).expect_err("UTF-16 is off");
    assert_eq!(name(&refused.kind), "EncodingNotRead");
}

#[test]
fn one_pass_names_several_faults_where_they_stand() {
    let source = Source::of("<a xmlns:x='u'><b/><b c='1' c='2'>&z;</b><x:d p:e=''/></a>");
    let faults = Document::parse(&source, &Budget::JUDGE).expect_err("ill-formed");
    let shown: Vec<_> = faults.iter().map(|f| (f.at.as_str(), name(&f.kind), f.span.start)).collect();
    assert_eq!(
        shown,
        [
            ("/a/b[2]", "AttributeDuplicate".to_owned(), 28),
            ("/a/b[2]", "EntityUndeclared".to_owned(), 34),
            ("/a/x:d", "PrefixUnbound".to_owned(), 46),
        ]
    );
}

#[test]
fn text_is_never_cut_by_what_stands_between() {
    let source = Source::of("<a>admin<!-- -->@x<?p?>.evil<![CDATA[<&>]]>&#13;\r\n</a>");
    let document = Document::parse(&source, &Budget::JUDGE).expect("well-formed");
    assert_eq!(document.root().text(), "admin@x.evil<&>\r\n");
    assert!(!document.root().is_plain());
}

#[test]
fn places_are_those_of_the_bytes() {
    let text = "<p:a xmlns:p='u'><p:b c = 'd'>e</p:b><p:b/></p:a>";
    let source = Source::of(text);
    let document = Document::parse(&source, &Budget::JUDGE).expect("well-formed");
    let second = document.root().elements().nth(1).expect("two");
    let first = document.root().child("u", "b").expect("one");
    assert_eq!(document.slice_of(first.span()), "<p:b c = 'd'>e</p:b>");
    assert_eq!(document.slice_of(first.start_tag()), "<p:b c = 'd'>");
    assert_eq!(document.slice_of(first.content()), "e");
    let attribute = first.attribute("", "c").expect("there");
    assert_eq!(document.slice_of(attribute.span()), "c = 'd'");
    assert_eq!(document.slice_of(attribute.value_span()), "d");
    assert_eq!(second.path(), "/p:a/p:b[2]");
    assert_eq!(first.lookup("p"), Some("u"));
    assert_eq!(first.lookup(""), Some(""));
    assert_eq!(first.lookup("q"), None);
}

#[test]
fn each_budget_stops_with_its_own_fault() {
    let limited = |text: &str, budget: Budget| {
        let source = Source::of(text);
        let faults = Document::parse(&source, &budget).expect_err("over budget");
        format!("{:?}", faults.last().expect("one").kind)
    };
    let judge = Budget::JUDGE;
    assert_eq!(limited("<a></a>", Budget { bytes: 6, ..judge }), "Limit(Bytes(6))");
    assert_eq!(limited("<a><b><c/></b></a>", Budget { depth: 2, ..judge }), "Limit(Depth(2))");
    assert_eq!(limited("<a>x<b/></a>", Budget { nodes: 2, ..judge }), "Limit(Nodes(2))");
    assert_eq!(limited("<a b='' c='' d=''/>", Budget { members: 2, ..judge }), "Limit(Members(2))");
    assert_eq!(
        limited("<a xmlns:b='u' xmlns:c='u' xmlns:d='u'/>", Budget { members: 2, ..judge }),
        "Limit(Members(2))"
    );
    let source = Source::of("<a>&x;&x;&x;</a>");
    let faults = Document::parse(&source, &Budget { faults: 2, ..judge });
    assert_eq!(faults.expect_err("ill-formed").len(), 2);
}

/// Time per byte at sizes far apart, with much room for a busy machine.
#[test]
fn time_grows_with_the_input_and_no_faster() {
    let time = |text: &str| {
        let source = Source::of(text);
        let budget = Budget { depth: 1 << 20, ..Budget::JUDGE };
        (0..3)
            .map(|_| {
                #[allow(clippy::disallowed_methods, reason = "a test measures")]
                let start = std::time::Instant::now();
                let _ = Document::parse(&source, &budget);
                start.elapsed().as_secs_f64() / text.len() as f64
            })
            .fold(f64::MAX, f64::min)
    };
    let shapes: [(&str, fn(usize) -> String); 8] = [
        ("attributes", |n| format!("<a{}/>", (0..n).map(|i| format!(" a{i}=''")).collect::<String>())),
        ("declarations", |n| {
            format!("<a{}/>", (0..n).map(|i| format!(" xmlns:a{i}='u{i}'")).collect::<String>())
        }),
        ("depth", |n| "<a>".repeat(n) + &"</a>".repeat(n)),
        ("siblings", |n| format!("<a>{}</a>", "<b/>".repeat(n))),
        ("text", |n| format!("<a>{}</a>", "x]&amp;".repeat(n))),
        ("nested declarations", |n| {
            (0..n).map(|i| format!("<a xmlns:p{i}='u'>")).collect::<String>() + &"</a>".repeat(n)
        }),
        ("open brackets", |n| format!("<!DOCTYPE a [{}", "<!".repeat(n))),
        ("faults", |n| format!("<a>{}</a>", "<b>&x;</b>".repeat(n))),
    ];
    for (shape, make) in shapes {
        let (small, large) = (time(&make(2_000)), time(&make(40_000)));
        assert!(large < small * 8.0, "{shape}: {small:e} s per byte, then {large:e}");
    }
}
