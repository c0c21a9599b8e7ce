
// What follows is the lab's own: how a part is fetched, and what is said when it does not come.
class OtherBuild extends Error {}
// Files hold several pieces each. A file that did not come is asked for again the next time.
const files = new Map();
function fetchFile(name) {
    if (!files.has(name)) {
        const file = fetch(new URL(name, import.meta.url)).then(checked).then(it => it.arrayBuffer());
        const module = file.then(octets => WebAssembly.compile(octets));
        module.catch(() => files.delete(name));
        files.set(name, module);
    }
    return files.get(name);
}
function fetchPart(name, piece) {
    return () => {
        const file = fetchFile(name);
        return async imports => {
            const [octets] = WebAssembly.Module.customSections(await file, piece);
            if (!octets) throw new OtherBuild(`${name} has no ${piece}`);
            return WebAssembly.instantiate(octets, imports);
        };
    };
}
function checked(response) {
    // The name has a hash of the contents in it: a host without it has another build by now.
    if (response.status === 404 || response.status === 410) throw new OtherBuild(`${response.url}: ${response.status}`);
    if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
    const type = response.headers.get("Content-Type") ?? "";
    if (type.startsWith("text/html")) throw new OtherBuild(`${response.url}: a page`);
    return response;
}
// Read by `PartError` in src/app/parts/lost.rs.
function tellWhy(error) {
    const isOther = error instanceof OtherBuild || error instanceof WebAssembly.LinkError;
    globalThis.dnsLabPart = isOther ? "other-build" : "lost";
}
