//! DER of what is BER: lengths made definite, strings put together, sets sorted. Only the form changes;
//! a string under a context tag stays in its segments, since nothing tells that it is one.

use super::fault::DerFault;
use super::header::Tag;
use super::tree::walk;
use super::write::Writer;
use crate::base::Budget;

/// One value in DER; nothing when the bytes are no BER, or the budget is spent.
pub fn to_der(bytes: &[u8], budget: &Budget) -> Option<Vec<u8>> {
    let tree = walk(bytes, budget);
    let sound = tree.faults.iter().all(|fault| fault.kind.is_ber() || fault.kind == DerFault::TagNotMinimal);
    if !tree.complete || !sound || tree.nodes.is_empty() {
        return None;
    }
    let mut members: Vec<Vec<Vec<u8>>> = vec![Vec::new(); tree.nodes.len()];
    // Whoever contains a value stands before it: backwards, the content of each is there when its turn
    // comes, the last member first.
    for (at, node) in tree.nodes.iter().enumerate().rev() {
        let mut content = std::mem::take(&mut members[at]);
        content.reverse();
        let parent = node.parent.map(|parent| tree.nodes[parent]);
        let is_segment = parent.is_some_and(|parent| parent.tag.is_string() && parent.constructed);
        let mut writer = Writer::new();
        let encoded = if !node.constructed && is_segment {
            node.content.of(bytes).to_vec()
        } else if node.constructed && node.tag.is_string() {
            let whole = if node.tag == Tag::BIT_STRING { return None } else { content.concat() };
            if is_segment { whole } else { writer.primitive(node.tag, &whole).take() }
        } else if node.constructed && node.tag == Tag::SET {
            writer.set_of(content).take()
        } else if node.constructed {
            writer.constructed(node.tag, |w| content.iter().for_each(|it| _ = w.raw(it))).take()
        } else if node.tag == Tag::BOOLEAN {
            let truth = if node.content.of(bytes).iter().all(|octet| *octet == 0) { 0 } else { 0xff };
            writer.primitive(node.tag, &[truth]).take()
        } else {
            writer.primitive(node.tag, node.content.of(bytes)).take()
        };
        match node.parent {
            Some(parent) => members[parent].push(encoded),
            None => return Some(encoded),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_changes_and_nothing_else() {
        let der = |bytes: &[u8]| to_der(bytes, &Budget::JUDGE);
        // SEQUENCE, indefinite, of an OCTET STRING in segments, one of them in segments again.
        let ber = [0x30, 0x80, 0x24, 0x80, 4, 1, 1, 0x24, 4, 4, 2, 2, 3, 0, 0, 0, 0];
        assert_eq!(der(&ber).as_deref(), Some(&[0x30, 5, 4, 3, 1, 2, 3][..]));
        // A SET out of order, a TRUE of another octet, a length of two bytes.
        let ber = [0x31, 0x81, 6, 2, 1, 2, 1, 1, 7];
        assert_eq!(der(&ber).as_deref(), Some(&[0x31, 6, 1, 1, 0xff, 2, 1, 2][..]));
        // What is DER stays as it is.
        let bytes = [0x30, 5, 0xa0, 3, 2, 1, 5];
        assert_eq!(der(&bytes).as_deref(), Some(&bytes[..]));
        assert_eq!(der(&[0x30, 0x80, 2, 1]), None);
        // A string whose segment is none.
        assert_eq!(der(&[0x24, 3, 2, 1, 1]), None);
    }
}
