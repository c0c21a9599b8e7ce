//! What the learner sees if the page itself breaks.

use leptos::prelude::document;

/// Shows a message in the page, beside the one in the browser's console, when something breaks.
pub fn report_in_page() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        let body = document().body();
        let notice = document().create_element("p");
        if let (Some(body), Ok(notice)) = (body, notice) {
            notice.set_text_content(Some(
                "DNS Lab has stopped: this is a fault of the page, not yours. Load it again to go on; \
                 your progress is stored.",
            ));
            // Nothing more can be done if even this fails.
            let _ = notice.set_attribute("class", "lab-crash");
            let _ = notice.set_attribute("role", "alert");
            let _ = body.prepend_with_node_1(&notice);
        }
    }));
}
