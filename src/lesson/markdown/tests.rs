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
            "text.md:3: “x” is not defined; there are: ttl",
        ),
        ("## A\n\n[[x\n", "text.md:3: a `[[` has no `]]`"),
        ("## A\n\n### B\n", "text.md:3: lessons know"),
        ("## A\n\n<b>x</b>\n", "text.md:3: lessons have no HTML"),
        (
            "## A\n\n[x](http://a.b)\n",
            "text.md:3: “http://a.b” is no link",
        ),
        (
            "## A\n\n---\n\n---\n\n---\n",
            "text.md:7: write `---` twice at most",
        ),
        ("---\n\n## A\n", "text.md:1: write `---` twice at most"),
        ("## A\n\n***\n", "text.md:3: lessons know"),
        ("## A\n\n- ---\n", "text.md:3: lessons know"),
        ("## A\n\nx\n---\n", "text.md:3: leave a line empty"),
        ("## A\n\nx <b>y</b>\n", "text.md:3: lessons have no HTML"),
        (
            "## A\n\n<div>\nx\n</div>\n",
            "text.md:3: lessons have no HTML",
        ),
        ("## A\n\n<!-- x -->\n", "text.md:3: lessons have no HTML"),
        ("## A\n\n![x](y.png)\n", "text.md:3: lessons have no images"),
        (
            "## A\n\na &amp; b\n",
            "text.md:3: write the character itself",
        ),
        (
            "## A\n\na&nbsp;b\n",
            "text.md:3: write the character itself",
        ),
        (
            "## A\n\n[](https://a.b)\n",
            "text.md:3: this link has no text",
        ),
        (
            "## A\n\n[x](https://a.b \"t\")\n",
            "text.md:3: write a link as",
        ),
        ("## A\n\n<https://a.b>\n", "text.md:3: write a link as"),
        (
            "## A\n\n[x][y]\n\n[y]: https://a.b\n",
            "text.md:5: write the address of a link",
        ),
        (
            "## A\n\n    x\n",
            "text.md:3: lessons have no indented code",
        ),
        ("## A\n\n~~~\nx\n~~~\n", "text.md:3: write code between"),
        ("## A\n\n```\nx\n", "text.md:3: this code has no ``` line"),
        ("## A\n\nx  \ny\n", "text.md:3: end no line with two spaces"),
        ("## A {#a .b}\n", "text.md:1: a heading has an anchor"),
        (
            "## A\n\n- a\n  - b\n    - c\n      - d\n        - e\n",
            "text.md:7: lists and quotes stand too deep",
        ),
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

#[test]
fn a_second_rule_parts_what_is_shown_when_the_goal_is_met() {
    let (sections, problems) = read("## A\n\nx\n\n---\n\ny\n\n---\n\nz\n\n## B\n\nx\n");
    assert_eq!(problems, Vec::<String>::new());
    let words = |text: &str| vec![Block::Paragraph(vec![Inline::Text(text.into())])];
    assert_eq!(sections[0].text, words("x"));
    assert_eq!(sections[0].why, words("y"));
    assert_eq!(sections[0].after, words("z"));
    assert!(sections[1].why.is_empty() && sections[1].after.is_empty());
}

#[test]
fn a_number_that_was_escaped_is_words() {
    let (sections, problems) = read("## A\n\n\\[[knob:ttl]] and `[[knob:ttl]]`\n");
    assert_eq!(problems, Vec::<String>::new());
    let expected = vec![Block::Paragraph(vec![
        Inline::Text("[[knob:ttl]] and ".into()),
        Inline::Code("[[knob:ttl]]".into()),
    ])];
    assert_eq!(sections[0].text, expected);
}
