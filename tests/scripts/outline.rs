//! Text outlines: lines and the deeper indented lines below them.

/// A line with the lines that belong to it.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    /// The line's number, counted from 1.
    pub(crate) line: usize,
    /// The line without indentation.
    pub(crate) text: String,
    /// The deeper lines that follow.
    pub(crate) children: Vec<Self>,
}

impl Item {
    /// The words of the line.
    pub(crate) fn words(&self) -> Words<'_> {
        Words {
            line: self.line,
            words: self.text.split_whitespace().collect(),
            position: 0,
        }
    }

    /// What is wrong with the line, with its number.
    pub(crate) fn fault<T>(&self, problem: impl std::fmt::Display) -> Result<T, String> {
        Err(format!("line {}: {problem}", self.line))
    }
}

/// Reads an outline. Blank lines and lines that begin with `#` say nothing.
pub(crate) fn parse_outline(text: &str) -> Vec<Item> {
    // The open items with their indentation; the first stands for the whole.
    let root = Item {
        line: 0,
        text: String::new(),
        children: Vec::new(),
    };
    let mut open: Vec<(usize, Item)> = vec![(0, root)];
    let close = |open: &mut Vec<(usize, Item)>| {
        if let Some((_, item)) = open.pop()
            && let Some((_, parent)) = open.last_mut()
        {
            parent.children.push(item);
        }
    };
    for (index, raw) in text.lines().enumerate() {
        let text = raw.trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let indent = raw.len() - raw.trim_start().len();
        while open.len() > 1 && open.last().is_some_and(|(other, _)| *other >= indent) {
            close(&mut open);
        }
        let item = Item {
            line: index + 1,
            text: text.to_owned(),
            children: Vec::new(),
        };
        open.push((indent, item));
    }
    while open.len() > 1 {
        close(&mut open);
    }
    open.pop()
        .map(|(_, root)| root.children)
        .unwrap_or_default()
}

/// The words of a line, taken one by one.
#[derive(Clone, Debug)]
pub(crate) struct Words<'a> {
    /// The line's number.
    line: usize,
    /// All words.
    words: Vec<&'a str>,
    /// The index of the next one.
    position: usize,
}

impl<'a> Words<'a> {
    /// The next word, left in place.
    pub(crate) fn peek(&self) -> Option<&'a str> {
        self.words.get(self.position).copied()
    }

    /// Takes the next word if there is one.
    pub(crate) fn next(&mut self) -> Option<&'a str> {
        let word = self.peek()?;
        self.position += 1;
        Some(word)
    }

    /// Takes the next word, which must be there.
    pub(crate) fn need(&mut self, what: &str) -> Result<&'a str, String> {
        let line = self.line;
        self.next()
            .ok_or_else(|| format!("line {line}: {what} is missing"))
    }

    /// Takes the next word and reads it.
    pub(crate) fn value<T: std::str::FromStr>(&mut self, what: &str) -> Result<T, String> {
        let line = self.line;
        let word = self.need(what)?;
        word.parse()
            .map_err(|_| format!("line {line}: `{word}` is no {what}"))
    }

    /// Takes a time span: a number and a unit.
    pub(crate) fn span(&mut self) -> Result<dns_lab::engine::SimDuration, String> {
        use dns_lab::engine::SimDuration;
        let number: u64 = self.value("number")?;
        match self.need("unit")? {
            "ms" => Ok(SimDuration::from_millis(number)),
            "s" => Ok(SimDuration::from_secs(number)),
            "min" => Ok(SimDuration::from_secs(number * 60)),
            "h" => Ok(SimDuration::from_secs(number * 3600)),
            other => Err(format!("line {}: `{other}` is no unit of time", self.line)),
        }
    }

    /// Takes yes or no.
    pub(crate) fn switch(&mut self) -> Result<bool, String> {
        match self.need("yes or no")? {
            "yes" => Ok(true),
            "no" => Ok(false),
            other => Err(format!(
                "line {}: `{other}` is neither yes nor no",
                self.line
            )),
        }
    }

    /// A fault at this line.
    pub(crate) fn fault<T>(&self, problem: impl std::fmt::Display) -> Result<T, String> {
        Err(format!("line {}: {problem}", self.line))
    }

    /// Checks that nothing is left over.
    pub(crate) fn end(&self) -> Result<(), String> {
        match self.peek() {
            Some(word) => self.fault(format!("`{word}` is not expected here")),
            None => Ok(()),
        }
    }

    /// The words not yet taken, joined by blanks.
    pub(crate) fn rest(&mut self) -> String {
        let rest = self.words[self.position..].join(" ");
        self.position = self.words.len();
        rest
    }
}

#[test]
fn deeper_lines_belong_to_the_line_before() {
    let items = parse_outline("a 1\n  b\n    c\n  d\n# no\n\ne\n");
    assert_eq!(items.len(), 2);
    let texts: Vec<&str> = items[0].children.iter().map(|c| c.text.as_str()).collect();
    assert_eq!(texts, ["b", "d"]);
    assert_eq!(items[0].children[0].children[0].text, "c");
    assert_eq!(items[1].line, 7);
}
