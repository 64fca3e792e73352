/// Thins curves to what a screen can show.
enum Downsampling {
  /// Points drawn for one series at most.
  static let limit = 600

  /// The first and the last point and each stretch's lowest and highest, in their order, so that no peak is lost.
  ///
  /// Complexity: O(*n*).
  static func thin(_ points: [Series.Point], to limit: Int = limit) -> [Series.Point] {
    guard points.count > limit, limit >= 4 else { return points }
    let buckets = (limit - 2) / 2
    let inner = points.count - 2
    var result = [points[0]]
    for bucket in 0..<buckets {
      let start = 1 + bucket * inner / buckets
      let end = 1 + (bucket + 1) * inner / buckets
      var (lowest, highest) = (start, start)
      for index in start..<end {
        if points[index].y < points[lowest].y { lowest = index }
        if points[index].y > points[highest].y { highest = index }
      }
      result.append(points[min(lowest, highest)])
      if lowest != highest { result.append(points[max(lowest, highest)]) }
    }
    result.append(points[points.count - 1])
    return result
  }

  /// The exponential moving average of y, corrected for its start (Kingma and Ba, "Adam", 2015, section 3).
  ///
  /// - Parameter weight: how much of the past stays, 0 (all new) up to below 1.
  static func smooth(_ points: [Series.Point], weight: Double) -> [Series.Point] {
    var (average, share) = (0.0, 0.0)
    return points.map { point in
      average = weight * average + (1 - weight) * point.y
      share = weight * share + (1 - weight)
      return Series.Point(point.x, average / share)
    }
  }
}
