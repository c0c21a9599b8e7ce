//! A chart as SVG text: inside the page, whose style sheets colour it, and as a file that
//! stands alone.

use std::fmt::Write as _;

use super::data::{ChartData, Hue, Role};
use super::picture::Chart;

/// Colours on paper: those of the light theme, as a file has no style sheet of the page.
fn color(hue: Hue) -> &'static str {
    match hue {
        Hue::Series(index) => [
            "#4f46e5", "#b86e00", "#0f766e", "#be185d", "#2563eb", "#57534e",
        ][index % 6],
        Hue::Failure => "#c02b2b",
        Hue::Muted => "#8c877b",
    }
}

/// The chart as the text of an SVG file of some width, with its title and its names.
pub fn svg_file(data: &ChartData, width: f64) -> String {
    let chart = Chart::draw(data, width.max(480.0), None);
    let head = 58.0;
    let (w, h) = (chart.width, chart.height + head);
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w:.0}\" height=\"{h:.0}\" viewBox=\"0 -{head} {w:.0} {h:.0}\" \
         font-family=\"sans-serif\" font-size=\"12\" fill=\"#1b2027\">\
         <rect y=\"-{head}\" width=\"{w:.0}\" height=\"{h:.0}\" fill=\"#ffffff\"/>\
         <text x=\"8\" y=\"-38\"><tspan font-weight=\"bold\">{}</tspan>  {}</text>",
        escaped(&data.title),
        escaped(&data.unit),
    );
    file_legend(&mut text, data);
    let (left, right, bottom) = (chart.plot.x, chart.plot.right(), chart.plot.bottom());
    for tick in &chart.y_ticks {
        let _ = write!(
            text,
            "<path d=\"M{left:.1} {y:.1}H{right:.1}\" stroke=\"#e4e0d6\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"#525b66\">{}</text>",
            left - 6.0,
            tick.at + 4.0,
            escaped(&tick.text),
            y = tick.at,
        );
    }
    for tick in &chart.x_ticks {
        let _ = write!(
            text,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\" fill=\"#525b66\">{}</text>",
            tick.at,
            bottom + 17.0,
            escaped(&tick.text),
        );
    }
    for line in &chart.lines {
        let ink = color(line.hue);
        if let Some(area) = line.area.as_ref().or(line.band.as_ref()) {
            let _ = write!(
                text,
                "<path d=\"{area}\" fill=\"{ink}\" fill-opacity=\"0.25\"/>"
            );
        }
        let dash = match line.role {
            Role::Counted => "",
            Role::Theory => " stroke-dasharray=\"5 4\"",
        };
        let _ = write!(
            text,
            "<path d=\"{}\" fill=\"none\" stroke=\"{ink}\" stroke-width=\"1.8\"{dash}/>\
             <path d=\"{}\" fill=\"{ink}\"/>",
            line.path, line.symbols,
        );
    }
    for marker in &chart.markers {
        let _ = write!(
            text,
            "<path d=\"M{x:.1} {:.1}V{bottom:.1}\" stroke=\"#1b2027\" stroke-dasharray=\"2 3\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            marker.top,
            marker.text_at.x,
            marker.text_at.y,
            escaped(&marker.text),
            x = marker.x,
        );
    }
    for label in &chart.labels {
        let _ = write!(
            text,
            "<text x=\"{:.1}\" y=\"{:.1}\" fill=\"{}\">{}</text>",
            label.at.x,
            label.at.y + 4.0,
            color(label.hue),
            escaped(&label.text),
        );
    }
    text.push_str("</svg>\n");
    text
}

/// What each line is, in a row below the title of a file.
fn file_legend(text: &mut String, data: &ChartData) {
    let mut x = 8.0;
    for line in &data.lines {
        let (ink, name) = (color(line.hue), escaped(&line.label));
        let mut icon = String::new();
        let shape = match line.role {
            Role::Counted => {
                line.hue.symbol().append(&mut icon, x + 6.0, -20.0, 4.0);
                format!("<path d=\"{icon}\" fill=\"{ink}\"/>")
            }
            Role::Theory => format!(
                "<path d=\"M{:.1} -20h14\" stroke=\"{ink}\" stroke-width=\"1.8\" stroke-dasharray=\"5 4\"/>",
                x
            ),
        };
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "{shape}<text x=\"{:.1}\" y=\"-16\">{name}</text>",
            x + 18.0
        );
        x += 36.0 + line.label.chars().count() as f64 * 6.8;
    }
}

/// What is inside the picture of a chart in the page: grid, lines, markers, labels. Looks come
/// from the style sheets, by class and by `data-hue`.
pub fn chart_markup(chart: &Chart) -> String {
    let mut text = String::new();
    let (left, right, bottom) = (chart.plot.x, chart.plot.right(), chart.plot.bottom());
    // Writing to a string cannot fail.
    for tick in &chart.y_ticks {
        let _ = write!(
            text,
            "<path class=\"lab-chart__grid\" d=\"M{left:.1} {y:.1}H{right:.1}\"/>\
             <text class=\"lab-chart__tick\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            left - 7.0,
            tick.at + 4.0,
            escaped(&tick.text),
            y = tick.at,
        );
    }
    for tick in &chart.x_ticks {
        let _ = write!(
            text,
            "<path class=\"lab-chart__grid\" d=\"M{at:.1} {bottom:.1}v5\"/>\
             <text class=\"lab-chart__tick\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{}\">{}</text>",
            tick.at,
            bottom + 18.0,
            if tick.at > chart.width - 24.0 {
                "end"
            } else {
                "middle"
            },
            escaped(&tick.text),
            at = tick.at,
        );
    }
    for line in &chart.lines {
        let role = match line.role {
            Role::Counted => "counted",
            Role::Theory => "theory",
        };
        let _ = write!(
            text,
            "<g data-hue=\"{}\" data-role=\"{role}\">",
            line.hue.as_str()
        );
        let parts = [
            ("area", line.area.as_deref().unwrap_or_default()),
            ("band", line.band.as_deref().unwrap_or_default()),
            ("line", &line.path),
            ("symbols", &line.symbols),
        ];
        for (class, path) in parts.into_iter().filter(|(_, path)| !path.is_empty()) {
            let _ = write!(text, "<path class=\"lab-chart__{class}\" d=\"{path}\"/>");
        }
        text.push_str("</g>");
    }
    let kind = |is_observed: bool| if is_observed { "observed" } else { "done" };
    for marker in &chart.markers {
        let _ = write!(
            text,
            "<g data-kind=\"{}\"><path class=\"lab-chart__marker\" d=\"M{:.1} {:.1}V{bottom:.1}\"/></g>",
            kind(marker.is_observed),
            marker.x,
            marker.top,
        );
    }
    // Labels come last: no line goes over them.
    for marker in chart
        .markers
        .iter()
        .filter(|marker| !marker.text.is_empty())
    {
        let _ = write!(
            text,
            "<g data-kind=\"{}\"><text class=\"lab-chart__mark\" x=\"{:.1}\" y=\"{:.1}\">{}</text></g>",
            kind(marker.is_observed),
            marker.text_at.x,
            marker.text_at.y,
            escaped(&marker.text),
        );
    }
    for label in &chart.labels {
        let _ = write!(
            text,
            "<g data-hue=\"{}\"><path class=\"lab-chart__lead\" d=\"M{:.1} {:.1}L{:.1} {:.1}\"/>\
             <text class=\"lab-chart__label\" x=\"{:.1}\" y=\"{:.1}\">{}</text></g>",
            label.hue.as_str(),
            label.from.x + 2.0,
            label.from.y,
            label.at.x - 4.0,
            label.at.y,
            label.at.x,
            label.at.y + 4.0,
            escaped(&label.text),
        );
    }
    text
}

/// Text as it may stand in XML.
pub(in crate::scene) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
