//! The map: opening it, picking, killing and moving machines, by mouse and by keys.

use anyhow::ensure;
use dns_lab_browser_tests::{Key, Lab, Result, Test, tests};

pub(crate) const TESTS: &[Test] = tests![
    the_map_opens_by_key_and_shows_land_and_machines,
    the_ways_of_a_lookup_are_also_a_list,
    #[every_engine]
    a_machine_is_picked_and_taken_down_by_keys,
    a_site_of_an_anycast_server_crashes_and_its_resolver_goes_elsewhere,
    a_client_is_dragged_to_another_continent,
    a_client_is_moved_by_keys_and_can_be_left_where_it_is,
    a_link_brings_back_the_map,
    a_part_of_the_world_is_picked_and_left_again,
    the_map_grows_around_what_has_the_focus_and_moves_by_arrows_and_drag,
    everything_on_the_map_is_large_enough_to_be_met,
    after_a_withdrawal_the_map_says_who_is_lost_and_who_has_moved,
];

/// The laptop's mark: it is the first machine of the world.
const LAPTOP: &str = "#mark-0-0";

/// Opens the free lab with the map.
async fn open_map(lab: &Lab) -> Result<()> {
    lab.open("/lab").await?;
    lab.click("#inspect-log").await?;
    lab.press('2').await?;
    lab.find(LAPTOP).await?;
    Ok(())
}

/// Asks the question in the form and goes to the end of its story.
async fn ask(lab: &Lab) -> Result<()> {
    lab.click("#ask").await?;
    lab.wait_for(
        "the log to grow",
        "document.querySelectorAll('#log li').length > 3",
    )
    .await?;
    lab.click("#to-end").await
}

/// Gives the mark with a title that begins so the focus.
async fn focus(lab: &Lab, title: &str) -> Result<()> {
    let mark = format!(
        "[...document.querySelectorAll('.lab-mark')]\
         .find(mark => mark.querySelector('title')?.textContent.startsWith(\"{title}\"))"
    );
    lab.wait_for(title, &format!("{mark} !== undefined"))
        .await?;
    lab.run_script(&format!("{mark}.focus()")).await
}

/// What the mark that has the focus says of itself.
async fn focused_title(lab: &Lab) -> Result<String> {
    lab.eval("document.activeElement.querySelector('title')?.textContent ?? ''")
        .await
}

/// Waits until the log says something.
async fn logged(lab: &Lab, words: &str) -> Result<()> {
    let condition = format!("document.querySelector('#log').textContent.includes(\"{words}\")");
    lab.wait_for(words, &condition).await
}

async fn the_map_opens_by_key_and_shows_land_and_machines(lab: Lab) -> Result<()> {
    open_map(&lab).await?;
    lab.wait_for(
        "the land",
        "document.querySelector('.lab-map__land').getAttribute('d').length > 5000",
    )
    .await?;
    ensure!(
        lab.count(".lab-mark[data-role=client]").await? >= 4,
        "four clients"
    );
    ensure!(lab.count(".lab-crowd").await? >= 10, "the other places");
    lab.expect_quiet_console().await
}

async fn the_ways_of_a_lookup_are_also_a_list(lab: Lab) -> Result<()> {
    open_map(&lab).await?;
    ask(&lab).await?;
    lab.wait_for(
        "five ways",
        "document.querySelectorAll('#map-ways li').length === 5",
    )
    .await?;
    let ways = lab.text("#map-ways").await?;
    ensure!(
        ways.contains("Laptop, Berlin → Provider's resolver, Frankfurt"),
        "{ways}"
    );
    let groups = lab.text("#map-groups").await?;
    ensure!(groups.contains("Laptop, Berlin → Frankfurt, "), "{groups}");
    lab.expect_quiet_console().await
}

async fn a_machine_is_picked_and_taken_down_by_keys(lab: Lab) -> Result<()> {
    open_map(&lab).await?;
    focus(&lab, "Provider's resolver, Frankfurt").await?;
    lab.press(Key::Delete).await?;
    logged(&lab, "It went down").await?;
    let title = focused_title(&lab).await?;
    ensure!(title.ends_with("; down"), "{title}");
    lab.press(Key::Delete).await?;
    logged(&lab, "It came back").await?;
    lab.press(Key::Enter).await?;
    lab.wait_for(
        "the inspector to show its cache",
        "document.querySelector('#inspect-cache').getAttribute('aria-selected') === 'true'",
    )
    .await?;
    lab.expect_quiet_console().await
}

async fn a_site_of_an_anycast_server_crashes_and_its_resolver_goes_elsewhere(
    lab: Lab,
) -> Result<()> {
    open_map(&lab).await?;
    // From a dot to the list of its machines, and from there to the catchments of one of them.
    lab.run_script(
        "[...document.querySelectorAll('.lab-crowd')]\
         .find(crowd => crowd.textContent.startsWith('Sydney')).focus()",
    )
    .await?;
    lab.press(Key::Enter).await?;
    lab.find("#map-place").await?;
    lab.run_script(
        "[...document.querySelectorAll('#map-place .lab-map-list__pick')]\
         .find(pick => pick.textContent.includes('k.root-servers.net')).click()",
    )
    .await?;
    lab.wait_for(
        "its catchments",
        "document.querySelector('#map-groups')?.textContent.includes('Provider\\'s resolver, Frankfurt → Frankfurt')",
    )
    .await?;
    focus(&lab, "k.root-servers.net, Frankfurt").await?;
    lab.press(Key::Delete).await?;
    let title = focused_title(&lab).await?;
    ensure!(title.contains("down"), "{title}");
    lab.expect_quiet_console().await
}

async fn a_client_is_dragged_to_another_continent(lab: Lab) -> Result<()> {
    open_map(&lab).await?;
    let width: f64 = lab
        .eval("document.querySelector('#map').getBoundingClientRect().width")
        .await?;
    // From Berlin to the south of Africa is a few degrees east and a good way south.
    lab.drag(LAPTOP, width * 0.04, width * 0.24).await?;
    logged(&lab, "It moved to ").await?;
    logged(&lab, " and asks ").await?;
    lab.expect_quiet_console().await
}

async fn a_client_is_moved_by_keys_and_can_be_left_where_it_is(lab: Lab) -> Result<()> {
    open_map(&lab).await?;
    focus(&lab, "Laptop, Berlin").await?;
    lab.press(Key::Right).await?;
    let said = lab.text("#map-said").await?;
    ensure!(said.starts_with("Laptop, Berlin would move to "), "{said}");
    lab.press(Key::Escape).await?;
    let said = lab.text("#map-said").await?;
    ensure!(said.contains("stays where it is"), "{said}");
    for _ in 0..18 {
        lab.press(Key::Right).await?;
    }
    for _ in 0..10 {
        lab.press(Key::Down).await?;
    }
    lab.press(Key::Enter).await?;
    logged(&lab, "It moved to near Singapore").await?;
    ensure!(
        lab.focused().await?.ends_with("mark-0-0"),
        "the focus stays on it"
    );
    lab.expect_quiet_console().await
}

async fn a_link_brings_back_the_map(lab: Lab) -> Result<()> {
    open_map(&lab).await?;
    let route = lab.copied_route("#share").await?;
    lab.open("/").await?;
    lab.open(&route).await?;
    lab.find("#map").await?;
    lab.expect_quiet_console().await
}

/// How the outline of the land lies on the map.
async fn land(lab: &Lab) -> Result<String> {
    lab.eval("document.querySelector('.lab-map__land').getAttribute('transform')")
        .await
}

/// Whether a machine has a mark, by the beginning of its title.
fn has_mark(title: &str) -> String {
    format!(
        "[...document.querySelectorAll('.lab-mark title')]\
         .some(title => title.textContent.startsWith(\"{title}\"))"
    )
}

async fn a_part_of_the_world_is_picked_and_left_again(lab: Lab) -> Result<()> {
    open_map(&lab).await?;
    ask(&lab).await?;
    lab.wait_for("the phone", &has_mark("Phone, New York"))
        .await?;
    lab.run_script(
        "const choice = document.querySelector('#map-region'); choice.value = 'Europe'; \
         choice.dispatchEvent(new Event('change', { bubbles: true }))",
    )
    .await?;
    lab.wait_for("Europe", &format!("!{}", has_mark("Phone, New York")))
        .await?;
    let said = lab.text("#map-said").await?;
    ensure!(said.contains("machines lie outside this part"), "{said}");
    ensure!(
        lab.count("#map-ways li").await? == 5,
        "the list leaves nothing out"
    );
    lab.run_script("document.querySelector('#map').focus()")
        .await?;
    lab.press('0').await?;
    lab.wait_for("the world", &has_mark("Phone, New York"))
        .await?;
    let choice: String = lab
        .eval("document.querySelector('#map-region').value")
        .await?;
    ensure!(choice == "World", "{choice}");
    lab.press('f').await?;
    lab.wait_for("what the lookup meets", &has_mark("Laptop, Berlin"))
        .await?;
    let choice: String = lab
        .eval("document.querySelector('#map-region').value")
        .await?;
    ensure!(choice == "This lookup", "{choice}");
    lab.expect_quiet_console().await
}

async fn the_map_grows_around_what_has_the_focus_and_moves_by_arrows_and_drag(
    lab: Lab,
) -> Result<()> {
    open_map(&lab).await?;
    let world = land(&lab).await?;
    focus(&lab, "Laptop, Berlin").await?;
    for _ in 0..3 {
        lab.press('+').await?;
    }
    ensure!(land(&lab).await? != world, "it has grown");
    let title = focused_title(&lab).await?;
    ensure!(title.starts_with("Laptop, Berlin"), "{title}");
    lab.click("#map-smaller").await?;
    lab.run_script("document.querySelector('#map').focus()")
        .await?;
    let before = land(&lab).await?;
    lab.press(Key::Down).await?;
    let moved = land(&lab).await?;
    ensure!(moved != before, "{moved}");
    lab.press(Key::Down).await?;
    lab.press(Key::Down).await?;
    let before = land(&lab).await?;
    lab.drag("#map", -90.0, 40.0).await?;
    ensure!(land(&lab).await? != before, "the drag moves it");
    lab.expect_quiet_console().await
}

async fn everything_on_the_map_is_large_enough_to_be_met(lab: Lab) -> Result<()> {
    for (width, height) in [(390, 844), (820, 1180), (1440, 900)] {
        lab.viewport(width, height).await?;
        open_map(&lab).await?;
        let smallest: f64 = lab
            .eval(
                "Math.min(...[...document.querySelectorAll('#map .lab-mark, #map .lab-crowd')].map(mark => { \
                 const box = mark.querySelector('.lab-mark__target').getBoundingClientRect(); \
                 return Math.min(box.width, box.height); }))",
            )
            .await?;
        ensure!(smallest >= 24.0, "{smallest} at {width}");
    }
    lab.expect_quiet_console().await
}

async fn after_a_withdrawal_the_map_says_who_is_lost_and_who_has_moved(lab: Lab) -> Result<()> {
    lab.open("/lab/anycast-and-dns").await?;
    lab.click("#view-map").await?;
    lab.find("#map").await?;
    lab.click("#inspect-log").await?;
    ask(&lab).await?;
    focus(&lab, "Edge, anycast, Frankfurt").await?;
    lab.press(Key::Enter).await?;
    lab.find("#sites").await?;
    lab.run_script("document.querySelector('[aria-label=\"Withdraw: Frankfurt\"]').click()")
        .await?;
    lab.wait_for(
        "those who are lost",
        "document.querySelector('#map-trouble')?.textContent.includes('what is sent now') \
         && document.querySelectorAll('.lab-mark[data-lost]').length > 0 \
         && document.querySelector('[aria-label=\"Shapes on the map\"]').textContent.includes('is lost')",
    )
    .await?;
    lab.click("#to-end").await?;
    lab.wait_for(
        "those who have moved",
        "document.querySelector('#map-trouble') === null \
         && document.querySelector('#map-groups').textContent.includes('moved from Frankfurt at ')",
    )
    .await?;
    lab.expect_quiet_console().await
}
