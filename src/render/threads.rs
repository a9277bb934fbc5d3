//! Work on many items at once, with the results in the order of the items. Pure.

/// Below this it costs more to ask for the number of processors than to do the work.
pub(crate) const FEW: usize = 8;

/// Splits the items among as many threads as the machine has processors, or leaves
/// them together where they are few. `work` gets each share; what it gives is in
/// the order of the shares, whatever the threads do.
pub(crate) fn shares<T: Sync, R: Send>(items: &[T], work: impl Fn(&[T]) -> R + Sync) -> Vec<R> {
    if items.len() < FEW {
        return vec![work(items)];
    }
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(items.len() / 4);
    let share = items.len().div_ceil(threads);
    std::thread::scope(|scope| {
        let work = &work;
        let running: Vec<_> = items.chunks(share).map(|items| scope.spawn(move || work(items))).collect();
        let results = running.into_iter().map(|thread| match thread.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        results.collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_worked_on_once_and_in_order() {
        for count in [0, 1, 7, 8, 9, 100, 101] {
            let items: Vec<usize> = (0..count).collect();
            assert_eq!(shares(&items, <[usize]>::to_vec).concat(), items);
        }
    }
}
