use super::*;
use crate::engine::policy::{Area, Continent};

const BERLIN: Coordinates = Coordinates {
    latitude: 52.5,
    longitude: 13.4,
};

/// What a text makes, or what is wrong with it.
fn read(text: &str) -> Result<SteeredSet, Vec<String>> {
    let file: SteeredFile = toml::from_str(text).map_err(|error| vec![error.to_string()])?;
    let place = |id: &str| (id == "berlin").then_some(BERLIN);
    let host = |id: &str| {
        let address = "198.51.100.5".parse().expect("an address");
        (id == "web").then(|| (vec![address], Some(BERLIN)))
    };
    let mut faults = Vec::new();
    let around = Surroundings {
        place: &place,
        host: &host,
    };
    let set = file.read(&around, &mut faults);
    set.ok_or(faults)
}

#[test]
fn a_set_has_what_its_file_says() {
    let set = read(
        "owner = \"www.example.com\"\npolicy = \"route53-weighted\"\n\
         [check]\npreset = \"route53-10s\"\nfailures = 2\n\
         [[endpoint]]\nhost = \"web\"\nweight = 9\narea = \"EU\"\n\
         [[endpoint]]\nid = \"far\"\naddress = \"203.0.113.10\"\nchecked = false\n\
         latency = { eu-central = 95 }\nnetworks = [\"192.0.2.0/24\"]\n",
    );
    let set = set.expect("a sound set");
    assert_eq!(set.ids, ["web", "far"]);
    assert_eq!(set.pool.ttl(), Ttl::from_secs(60));
    let [web, far] = set.pool.endpoints() else {
        panic!("there are two endpoints");
    };
    assert_eq!((web.weight, web.health), (9, Health::Healthy));
    assert_eq!(web.area, Area::Continent(Continent::Europe));
    assert_eq!(web.coordinates, Some(BERLIN));
    assert_eq!((far.weight, far.health), (1, Health::Unchecked));
    assert_eq!(far.latency_ms["eu-central"], 95.0);
    let check = set.check.expect("a check");
    assert_eq!((check.down_after, check.checkers), (2, 16));
}

#[test]
fn a_chain_stands_in_for_a_preset() {
    let set = read(
        "owner = \"www.example.com\"\nttl = 20\nchain = [\"up\", \"select_first_n:2\"]\n\
         [[endpoint]]\nhost = \"web\"\n",
    );
    let set = set.expect("a sound set");
    let filters = vec![Filter::Up, Filter::SelectFirstN(2)];
    assert_eq!(set.policy, Policy::Chain(filters));
    assert_eq!(set.pool.ttl(), Ttl::from_secs(20));
    assert_eq!(set.check, None);
}

#[test]
fn all_faults_are_told_with_their_place() {
    let faults = read(
        "owner = \"www.example.com\"\npolicy = \"best\"\n\
         [check]\nhealthy_share = 1\n\
         [[endpoint]]\nhost = \"gone\"\narea = \"Europe\"\nplace = \"atlantis\"\n\
         [[endpoint]]\nnetworks = [\"here\"]\n",
    );
    let faults = faults.expect_err("much is wrong").join("\n");
    for part in [
        "steered www.example.com A: “best” is no policy; there are route53-simple",
        "check: the share",
        "endpoint 1: “gone” is no host",
        "endpoint 1: “Europe” is no area",
        "endpoint 1: “atlantis” is no place",
        "endpoint 2: give it an address, a host or an alias",
        "endpoint 2: “here” is no network",
    ] {
        assert!(faults.contains(part), "{part}\n{faults}");
    }
}

#[test]
fn values_out_of_range_are_refused() {
    let endpoint = "[[endpoint]]\nhost = \"web\"\n";
    for (head, tail, problem) in [
        (
            "policy = \"route53-failover\"",
            "endpoint = []",
            "at least one",
        ),
        ("", endpoint, "name a policy"),
        (
            "policy = \"ns1-failover\"\nchain = [\"up\"]",
            endpoint,
            "leave one out",
        ),
        ("chain = [\"down\"]", endpoint, "no filter"),
        (
            "type = \"MX\"\npolicy = \"ns1-failover\"",
            endpoint,
            "A or AAAA",
        ),
        (
            "type = \"AAAA\"\npolicy = \"ns1-failover\"",
            endpoint,
            "no address for AAAA",
        ),
        (
            "policy = \"ns1-failover\"\n[check]\ninterval = 0",
            endpoint,
            "the interval must be",
        ),
        (
            "policy = \"ns1-failover\"\n[check]\npreset = \"x\"",
            endpoint,
            "no preset",
        ),
        (
            "policy = \"ns1-failover\"",
            "[[endpoint]]\nhost = \"web\"\nbias = 100\n",
            "bias",
        ),
        (
            "policy = \"ns1-failover\"",
            "[[endpoint]]\ncolour = 1\n",
            "colour",
        ),
    ] {
        let text = format!("owner = \"www.example.com\"\n{head}\n{tail}");
        let faults = read(&text).expect_err(problem).join("\n");
        assert!(faults.contains(problem), "{problem}\n{faults}");
    }
}
