//! The few pictograms of the page, as inline SVG.

use leptos::prelude::*;

/// A pictogram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// Start playing.
    Play,
    /// Stop playing.
    Pause,
    /// One event on.
    StepForward,
    /// One event back.
    StepBack,
    /// To the end.
    ToEnd,
    /// To the start.
    ToStart,
    /// To the next event that carries the story.
    NextEvent,
    /// To the next end of a cache entry.
    NextExpiry,
    /// Drop the future.
    Branch,
    /// Copy a link.
    Share,
    /// Light.
    Sun,
    /// Dark.
    Moon,
    /// As the system says.
    Contrast,
    /// Keys.
    Help,
    /// Done.
    Check,
    /// Close.
    Close,
    /// On to something.
    Arrow,
    /// Something went wrong.
    Warning,
}

impl Icon {
    /// The `d` attribute of the icon's path in a box of 20 by 20.
    fn path(self) -> &'static str {
        match self {
            Self::Play => {
                "M6.500 4.200v11.600a.6.6 0 0 0 .92.500l9-5.800a.6.6 0 0 0 0-1l-9-5.800a.6.6 0 0 0-.92.500z"
            }
            Self::Pause => "M6 4h2.600v12H6zM11.400 4H14v12h-2.600z",
            Self::StepForward => "M6 4.600v10.800l7-5.400zM13.800 4.600h1.900v10.800h-1.900z",
            Self::StepBack => "M14 4.600v10.800L7 10zM4.300 4.600h1.900v10.800H4.300z",
            Self::ToEnd => {
                "M3 4.800v10.400l6-5.200zM9.500 4.800v10.400l6-5.200zM15.500 4.800h1.700v10.400h-1.700z"
            }
            Self::ToStart => {
                "M17 4.800v10.400L11 10zM10.500 4.800v10.400L4.500 10zM2.800 4.800h1.700v10.400H2.800z"
            }
            Self::NextEvent => {
                "M3 9.200h8.200L8.100 6.100l1.200-1.200L14.400 10l-5.100 5.100-1.200-1.200 3.100-3.100H3zM15.600 5h1.700v10h-1.700z"
            }
            Self::NextExpiry => {
                "M10 2.500a7.500 7.500 0 1 0 7.500 7.500h-1.700A5.800 5.800 0 1 1 10 4.200zM9.200 5.500h1.600v4.200l2.700 2.700-1.100 1.100-3.200-3.200z"
            }
            Self::Branch => {
                "M5.500 2.500a2.200 2.200 0 0 1 .8 4.200v2.100c.8-.5 1.700-.7 2.700-.8 2.500-.2 3.700-.6 4-2A2.200 2.200 0 1 1 14.700 6c-.3 2.600-2.300 3.400-5.500 3.700-1.700.2-2.900.8-2.900 2.300v1.300a2.200 2.200 0 1 1-1.600 0V6.700a2.200 2.200 0 0 1 .8-4.200z"
            }
            Self::Share => {
                "M14 2.500a3 3 0 1 1-2.300 4.900L8 9.300a3 3 0 0 1 0 1.400l3.700 1.900a3 3 0 1 1-.7 1.400L7.300 12a3 3 0 1 1 0-4L11 6.100a3 3 0 0 1 3-3.600z"
            }
            Self::Sun => {
                "M10 6a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM9.200 1.500h1.600v2.700H9.200zM9.200 15.800h1.600v2.700H9.200zM1.500 9.200h2.700v1.600H1.500zM15.800 9.200h2.700v1.600h-2.700zM3.400 4.500l1.100-1.100 1.900 1.900-1.100 1.100zM13.600 14.700l1.100-1.100 1.900 1.900-1.100 1.100zM3.400 15.500l1.900-1.900 1.100 1.100-1.900 1.900zM13.600 5.300l1.900-1.900 1.100 1.100-1.900 1.900z"
            }
            Self::Moon => "M8.200 2.300a6.800 6.800 0 0 0 9.500 9.100A8 8 0 1 1 8.200 2.300z",
            Self::Contrast => {
                "M10 2a8 8 0 1 1 0 16 8 8 0 0 1 0-16zm0 1.700v12.600a6.300 6.300 0 0 0 0-12.600z"
            }
            Self::Help => {
                "M10 2a8 8 0 1 1 0 16 8 8 0 0 1 0-16zm0 1.600a6.400 6.400 0 1 0 0 12.800 6.400 6.400 0 0 0 0-12.800zm-.9 9.200h1.800v1.700H9.100zM10 5.400c1.700 0 3 1.100 3 2.700 0 1.200-.7 1.800-1.400 2.300-.6.4-.8.6-.8 1.300H9.200c0-1.500.6-2 1.300-2.500.6-.4.900-.6.900-1.100 0-.7-.6-1.100-1.400-1.100-.9 0-1.400.5-1.500 1.300H6.900c.1-1.800 1.400-2.900 3.100-2.900z"
            }
            Self::Check => {
                "M7.900 15.100 3.200 10.400l1.400-1.400 3.300 3.300 7.500-7.500 1.400 1.400z"
            }
            Self::Close => {
                "M5.400 4.200 10 8.800l4.600-4.600 1.200 1.200L11.200 10l4.600 4.600-1.200 1.200L10 11.200l-4.600 4.600-1.200-1.200L8.800 10 4.200 5.400z"
            }
            Self::Arrow => {
                "M3.500 9.100h9.700L9.400 5.300l1.300-1.300 6 6-6 6-1.300-1.300 3.800-3.800H3.500z"
            }
            Self::Warning => {
                "M10 2.200a1 1 0 0 1 .87.500l7.300 12.800a1 1 0 0 1-.87 1.500H2.700a1 1 0 0 1-.87-1.500L9.130 2.700a1 1 0 0 1 .87-.5zM9.100 7v4.800h1.800V7zm0 6.200V15h1.800v-1.800z"
            }
        }
    }
}

/// Draws a pictogram. It is decoration: the control around it has the name.
#[component]
pub fn Pictogram(
    /// Which one.
    #[prop(into)]
    icon: Signal<Icon>,
) -> impl IntoView {
    view! {
        <svg class="lab-icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
            <path fill-rule="evenodd" d=move || icon.get().path() />
        </svg>
    }
}
