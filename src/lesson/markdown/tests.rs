use super::*;

fn read(text: &str) -> (Vec<Section>, Vec<String>) {
    let (knobs, measures) = (["ttl".to_owned()], ["cold".to_owned()]);
    let mut problems = Problems::new("text.md", text);
    let known = Known {
        knobs: &knobs,
        measures: &measures,
    };
    let sections = parse_sections(text, known, &mut problems);
    (
        sections,
        problems
            .into_found()
            .iter()
            .map(ToString::to_string)
            .collect(),
    )
}

#[test]
fn step_has_text_and_why() {
    let (sections, problems) = read(
        "## Ask once {#ask}\n\nIt takes [[figure:cold]] at [[knob:ttl]].\n\n---\n\nBecause.\n",
    );
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(sections[0].id, "ask");
    let expected = vec![Block::Paragraph(vec![
        Inline::Text("It takes ".into()),
        Inline::Figure("cold".into()),
        Inline::Text(" at ".into()),
        Inline::Knob("ttl".into()),
        Inline::Text(".".into()),
    ])];
    assert_eq!(sections[0].text, expected);
    assert_eq!(
        sections[0].why,
        vec![Block::Paragraph(vec![Inline::Text("Because.".into())])]
    );
}

#[test]
fn lists_and_links_are_read() {
    let (sections, problems) =
        read("## A step\n\n- one [rule](rfc:2308#5)\n- `two`\n  1. [next](lesson:caches)\n");
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(sections[0].id, "a-step");
    let Block::List {
        is_ordered: false,
        items,
    } = &sections[0].text[0]
    else {
        panic!("a list: {sections:?}");
    };
    assert_eq!(items.len(), 2);
    assert!(matches!(
        &items[1][1],
        Block::List {
            is_ordered: true,
            ..
        }
    ));
}

#[test]
fn everything_else_is_reported_with_its_line() {
    let cases = [
        ("loose\n", "text.md:1: this text belongs to no step"),
        (
            "## A\n\n[[knob:x]]\n",
            "text.md:3: `x` is not defined; there are: ttl",
        ),
        ("## A\n\n[[x\n", "text.md:3: a `[[` has no `]]`"),
        ("## A\n\n### B\n", "text.md:3: lessons know"),
        ("## A\n\n<b>x</b>\n", "text.md:3: lessons have no HTML"),
        (
            "## A\n\n[x](http://a.b)\n",
            "text.md:3: `http://a.b` is no link",
        ),
        ("## A\n\n---\n\n---\n", "text.md:5: write `---` once"),
        ("## A\n\n## A\n", "text.md:3: two headings"),
    ];
    for (text, expected) in cases {
        let (_, problems) = read(text);
        assert!(
            problems.iter().any(|problem| problem.starts_with(expected)),
            "{problems:?}"
        );
    }
}

#[test]
fn emphasis_nests_and_stray_signs_are_words() {
    let words = |text: &str| {
        let (sections, problems) = read(&format!("## A\n\n{text}\n"));
        assert_eq!(problems, Vec::<String>::new(), "{text}");
        match sections[0].text.first() {
            Some(Block::Paragraph(words)) => words.clone(),
            other => panic!("a paragraph: {other:?}"),
        }
    };
    let text = |text: &str| Inline::Text(text.into());
    assert_eq!(
        words("a **b *c* d** e"),
        [
            text("a "),
            Inline::Strong(vec![
                text("b "),
                Inline::Emphasis(vec![text("c")]),
                text(" d")
            ]),
            text(" e")
        ]
    );
    assert_eq!(
        words("stub_life_now and 2 * 3"),
        [text("stub_life_now and 2 * 3")]
    );
    assert_eq!(words("an *open star"), [text("an *open star")]);
    assert_eq!(words("\\*a\\* [b] c\nd"), [text("*a* [b] c d")]);
    assert_eq!(
        words("``a ` b`` and `c"),
        [Inline::Code("a ` b".into()), text(" and `c")]
    );
}

#[test]
fn code_keeps_its_lines_and_quotes_may_be_lazy() {
    let (sections, problems) =
        read("## A\n\n```zone\nwww  A 192.0.2.1\n\n@ NS ns\n```\n\n> a\nb\n");
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(
        sections[0].text,
        [
            Block::Code {
                language: "zone".into(),
                text: "www  A 192.0.2.1\n\n@ NS ns\n".into()
            },
            Block::Quote(vec![Block::Paragraph(vec![Inline::Text("a b".into())])]),
        ]
    );
}
