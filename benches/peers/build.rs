//! Compiles the calls of libxmlsec1 that the bench makes.

fn main() {
    println!("cargo::rerun-if-changed=src/xml/xmlsec.c");
    let library = pkg_config::probe_library("xmlsec1-openssl").expect("libxmlsec1-dev is installed");
    let mut build = cc::Build::new();
    build.file("src/xml/xmlsec.c").includes(&library.include_paths);
    // How wide the library's sizes are is a matter of its definitions.
    for (name, value) in &library.defines {
        build.define(name, value.as_deref());
    }
    build.compile("peer_xmlsec");
}
