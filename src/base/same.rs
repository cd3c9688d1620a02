//! Equality of names and other short runs of bytes.

/// Whether both are the same bytes. Names are short: the C library's comparison, which has to find out how
/// long they are first, takes several times as long with them.
#[inline]
pub fn same(one: &[u8], other: &[u8]) -> bool {
    /// Whether the first `N` bytes are the same, and the last `N`, which may be some of the first again.
    #[inline]
    fn ends<const N: usize>(one: &[u8], other: &[u8]) -> Option<bool> {
        let first = one.first_chunk::<N>()? == other.first_chunk::<N>()?;
        Some(first & (one.last_chunk::<N>()? == other.last_chunk::<N>()?))
    }
    /// Of names that are seldom so long.
    #[inline(never)]
    fn long(one: &[u8], other: &[u8]) -> bool {
        if one.len() > 64 { one == other } else { ends::<32>(one, other) == Some(true) }
    }
    if one.len() != other.len() {
        return false;
    }
    match one.len() {
        33.. => long(one, other),
        16.. => ends::<16>(one, other) == Some(true),
        8.. => ends::<8>(one, other) == Some(true),
        4.. => ends::<4>(one, other) == Some(true),
        _ => one.iter().zip(other).all(|(byte, other)| byte == other),
    }
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn bytes_are_the_same_when_they_are_equal() {
        for length in 0..200 {
            let one: Vec<u8> = (0..length).collect();
            assert!(same(&one, &one.clone()), "{length}");
            assert!(!same(&one, &[one.as_slice(), b"x"].concat()), "{length}");
            for at in 0..one.len() {
                let mut other = one.clone();
                other[at] ^= 0x80;
                assert!(!same(&one, &other), "{length}, {at}");
            }
        }
    }
}
