//! One chart with its readout, or its table.

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;
use leptos::svg::Svg;

use super::Side;
use super::download::download;
use crate::app::state::LabState;
use crate::scene::chart::{Chart, ChartData, Reach, Readout, Table, chart_markup, svg_file};

/// Rows of a table at most; the file has all of them.
const MOST_ROWS: usize = 60;
/// The width of a chart in a file.
const FILE_WIDTH: f64 = 900.0;

/// One chart of a run.
#[component]
pub fn ChartView(
    /// The run.
    side: Side,
    /// Which of its charts.
    index: usize,
    /// The width of the picture.
    width: Memo<f64>,
    /// Whether it is a table.
    is_table: RwSignal<bool>,
    /// What its axis has to cover, if another chart has the same.
    #[prop(into)]
    reach: Signal<Option<Reach>>,
) -> impl IntoView {
    let crowd = LabState::expect().crowd;
    let node = NodeRef::<Svg>::new();
    let data = Memo::new(move |_| {
        side.charts
            .with(|charts| charts.get(index).cloned())
            .unwrap_or_default()
    });
    let chart = Memo::new(move |_| data.with(|data| Chart::draw(data, width.get(), reach.get())));
    let is_time = Memo::new(move |_| data.with(ChartData::is_over_time));
    // Charts over time share the moment; others have a place of their own.
    let own = RwSignal::new(None::<f64>);
    let place = move || {
        if is_time.get() {
            crowd.cursor.get()
        } else {
            own.get()
        }
    };
    let set_place = move |to: Option<f64>| {
        if is_time.get_untracked() {
            crowd.look_at(to);
        } else {
            own.set(to);
        }
    };
    let has_band = Memo::new(move |_| data.with(ChartData::has_ranges));
    let count = move |data: &ChartData| {
        data.lines
            .iter()
            .map(|line| line.samples.len())
            .max()
            .unwrap_or(0)
    };
    let sample = Memo::new(move |_| {
        data.with(|data| match place() {
            Some(at) => data.nearest(at),
            None => data.nearest(f64::INFINITY),
        })
    });
    let readout = Memo::new(move |_| {
        let index = sample.get()?;
        data.with(|data| chart.with(|chart| chart.readout(data, index)))
    });
    let on_move = move |event: PointerEvent| {
        let Some(node) = node.get_untracked() else {
            return;
        };
        let bounds = node.get_bounding_client_rect();
        let at = chart.with_untracked(|chart| {
            let x = (f64::from(event.client_x()) - bounds.left()) * chart.width
                / bounds.width().max(1.0);
            chart.x.value(x)
        });
        let moment = data.with_untracked(|data| data.moment(data.nearest(at)?));
        if moment.is_some() {
            set_place(moment);
        }
    };
    let zoom = move |event: &KeyboardEvent| {
        match event.key().as_str() {
            "+" | "=" => crowd.zoom_in(),
            "-" => crowd.zoom_out(),
            "0" => crowd.show_about(None),
            _ => return false,
        }
        true
    };
    let on_keydown = move |event: KeyboardEvent| {
        if is_time.get_untracked() && zoom(&event) {
            event.prevent_default();
            event.stop_propagation();
            return;
        }
        let last = data.with_untracked(count).saturating_sub(1);
        let at = sample.get_untracked().unwrap_or(0);
        let next = match event.key().as_str() {
            "ArrowRight" | "ArrowUp" => Some((at + 1).min(last)),
            "ArrowLeft" | "ArrowDown" => Some(at.saturating_sub(1)),
            "PageUp" => Some((at + 10).min(last)),
            "PageDown" => Some(at.saturating_sub(10)),
            "Home" => Some(0),
            "End" => Some(last),
            _ => None,
        };
        if let Some(next) = next {
            event.prevent_default();
            event.stop_propagation();
            set_place(data.with_untracked(|data| data.moment(next)));
        }
    };
    let title = move || {
        let name = side
            .name
            .map(|name| format!("{name}: "))
            .unwrap_or_default();
        data.with(|data| format!("{name}{}", data.title))
    };
    let unit = move || data.with(|data| data.unit.clone());
    let view_box =
        move || chart.with(|chart| format!("0 0 {:.0} {:.0}", chart.width, chart.height));
    let value_text = move || readout.with(|readout| readout.as_ref().map(Readout::sentence));
    let overlay = move || {
        let readout = readout.get()?;
        let is_set = place().is_some();
        let x = chart.with(|chart| chart.x.place(readout.at));
        let line =
            chart.with(|chart| format!("M{x:.1} {:.1}V{:.1}", chart.plot.y, chart.plot.bottom()));
        let dots = readout.rows.into_iter().filter_map(|row| {
            let point = row.point?;
            Some(view! {
                <circle
                    class="lab-chart__point"
                    data-hue=row.hue.as_str()
                    cx=format!("{:.1}", point.x)
                    cy=format!("{:.1}", point.y)
                    r="4.5"
                />
            })
        });
        is_set.then(|| view! { <path class="lab-chart__cursor" d=line /> {dots.collect_view()} })
    };
    let notes = move || {
        let notes = chart.with(|chart| chart.notes.clone());
        let items = notes.iter().map(|note| view! { <li>{note.clone()}</li> });
        (!notes.is_empty())
            .then(|| view! { <ol class="lab-chart__notes">{items.collect_view()}</ol> })
    };
    let file = move |ending: &str| {
        let (scenario, chart) = (
            crowd
                .source
                .with_untracked(|source| source.as_ref().map(|it| it.id.clone())),
            data.with_untracked(|data| data.id.clone()),
        );
        format!("{}-{chart}.{ending}", scenario.unwrap_or_default())
    };
    let save_csv = move |_| download(&file("csv"), "text/csv", &data.with_untracked(Table::csv));
    let save_svg = move |_| {
        let text = data.with_untracked(|data| svg_file(data, FILE_WIDTH));
        download(&file("svg"), "image/svg+xml", &text);
    };
    let id = move || {
        let name = side.name.unwrap_or_default().to_lowercase();
        format!("crowd-chart-{index}{name}")
    };
    view! {
        <figure class="lab-chart" id=id>
            <figcaption class="lab-chart__head">
                <h3 class="lab-chart__title">{title}</h3>
                <span class="lab-chart__unit">{unit}</span>
                <span class="lab-chart__tools">
                    <button type="button" class="lab-chart__tool" data-file="csv" title="The numbers as a file" aria-label=move || format!("CSV: {}", title()) on:click=save_csv>"CSV"</button>
                    <button type="button" class="lab-chart__tool" data-file="svg" title="The picture as a file" aria-label=move || format!("SVG: {}", title()) on:click=save_svg>"SVG"</button>
                </span>
            </figcaption>
            <Show when=move || !is_table.get() fallback=move || view! { <ChartTable data /> }>
                <Legend readout has_band />
                <svg
                    node_ref=node
                    class="lab-chart__svg"
                    viewBox=view_box
                    role="slider"
                    tabindex="0"
                    aria-label=title
                    aria-valuemin="0"
                    aria-valuemax=move || data.with(count).saturating_sub(1)
                    aria-valuenow=move || sample.get().unwrap_or(0)
                    aria-valuetext=value_text
                    on:pointermove=on_move
                    on:pointerdown=on_move
                    on:dblclick=move |_| if is_time.get_untracked() { crowd.zoom_in() }
                    on:keydown=on_keydown
                >
                    <g inner_html=move || chart.with(chart_markup)></g>
                    <g>{overlay}</g>
                </svg>
                {notes}
            </Show>
        </figure>
    }
}

/// What each line is, and its value at the moment looked at.
#[component]
fn Legend(
    /// The values.
    readout: Memo<Option<Readout>>,
    /// Whether there are bands of chance around lines.
    has_band: Memo<bool>,
) -> impl IntoView {
    let band = move || {
        has_band.get().then(|| {
            view! {
                <li class="lab-chart__item" data-role="band">
                    <svg class="lab-chart__icon" viewBox="0 0 16 16" aria-hidden="true">
                        <path class="lab-chart__swatch" d="M0 3h16v10H0z" />
                    </svg>
                    <span class="lab-chart__name">"band: 95 % certain"</span>
                </li>
            }
        })
    };
    let moment = move || readout.with(|readout| readout.as_ref().map(|it| it.moment.clone()));
    let items = move || {
        let rows = readout
            .get()
            .map(|readout| readout.rows)
            .unwrap_or_default();
        let items = rows.into_iter().map(|row| {
            let role = match row.role {
                crate::scene::chart::Role::Counted => "counted",
                crate::scene::chart::Role::Theory => "theory",
            };
            view! {
                <li class="lab-chart__item" data-hue=row.hue.as_str() data-role=role>
                    <svg class="lab-chart__icon" viewBox="0 0 16 16" aria-hidden="true">
                        {match role {
                            "theory" => view! { <path class="lab-chart__dash" d="M0 8h16" /> }.into_any(),
                            _ => view! { <path d=row.hue.symbol().icon() /> }.into_any(),
                        }}
                    </svg>
                    <span class="lab-chart__name">{row.label}</span>
                    <b class="lab-chart__value">{row.text}</b>
                </li>
            }
        });
        items.collect_view()
    };
    view! {
        <ul class="lab-chart__legend">
            <li class="lab-chart__moment">{moment}</li>
            {items}
            {band}
        </ul>
    }
}

/// The numbers of a chart.
#[component]
fn ChartTable(
    /// The chart.
    data: Memo<ChartData>,
) -> impl IntoView {
    let table = Memo::new(move |_| data.with(|data| Table::of_chart(data, MOST_ROWS)));
    let head = move || {
        let head = table.get().head.into_iter();
        head.map(|text| view! { <th scope="col">{text}</th> })
            .collect_view()
    };
    let rows = move || {
        let rows = table.get().rows.into_iter().map(|row| {
            let cells = row.into_iter().map(|text| view! { <td>{text}</td> });
            view! { <tr>{cells.collect_view()}</tr> }
        });
        rows.collect_view()
    };
    // The file has every moment, a table as many as can be read.
    let note = move || {
        let all = data.with(|data| data.lines.iter().map(|line| line.samples.len()).max());
        (all > Some(MOST_ROWS)).then(|| {
            view! { <p class="lab-note">"A row for some of the moments; the CSV file has all."</p> }
        })
    };
    view! {
        <div class="lab-chart__scroll" tabindex="0" role="region" aria-label=move || table.with(|table| table.caption.clone())>
            <table class="lab-table lab-chart__table">
                <thead><tr>{head}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {note}
    }
}
