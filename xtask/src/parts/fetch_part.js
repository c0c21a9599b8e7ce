
// What follows is the lab's own: how a part is fetched, and what is said when it does not come.
class OtherBuild extends Error {}
function fetchPart(name) {
    return () => {
        const source = fetch(new URL(name, import.meta.url)).then(checked);
        source.catch(() => {});
        return async imports => instantiate(await source, imports);
    };
}
function checked(response) {
    // The name has a hash of the contents in it: a host without it has another build by now.
    if (response.status === 404 || response.status === 410) throw new OtherBuild(`${response.url}: ${response.status}`);
    if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
    return response;
}
async function instantiate(response, imports) {
    const type = response.headers.get("Content-Type") ?? "";
    if (type.startsWith("text/html")) throw new OtherBuild(`${response.url}: a page`);
    if (type.startsWith("application/wasm") && WebAssembly.instantiateStreaming) {
        return WebAssembly.instantiateStreaming(response, imports);
    }
    return WebAssembly.instantiate(await response.arrayBuffer(), imports);
}
// Read by `PartError` in src/app/parts/lost.rs.
function tellWhy(error) {
    const isOther = error instanceof OtherBuild || error instanceof WebAssembly.LinkError;
    globalThis.dnsLabPart = isOther ? "other-build" : "lost";
}
