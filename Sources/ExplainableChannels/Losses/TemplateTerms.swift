import Foundation
import Torch

/// The terms that make a template a part and tie channels to templates, each a function of tensors alone.
/// Shapes: templates [B, K, H, W] with values in [0, 1]; maps are square.
enum TemplateTerms {
  /// Mean over channels of 1 - cosine of a channel's map and its template's. target: [B, C, H, W]; channel c belongs to
  /// template floor(c K / C), so that templates have equally many channels, or nearly. `owners` are these, where they are at hand.
  ///
  /// First derivatives alone are right.
  static func match(_ target: Tensor, _ templates: Tensor, owners: Tensor? = nil) throws -> Tensor {
    let (batch, channels, parts) = (target.size(0), target.size(1), templates.size(1))
    let places = target.size(2) * target.size(3)
    // Channels last: views of memory as convolutions leave it, not copies.
    var x = try target.permuted(0, 2, 3, 1).reshaped(batch, places, channels)
    var t = try templates.permuted(0, 2, 3, 1).reshaped(batch, places, parts)
    if channels % parts == 0 {
      x = try x.reshaped(batch, places, parts, channels / parts)
      t = try t.unsqueezed(3)
    } else {
      t = try t.indexed(2, owners ?? TemplateTerms.owners(channels, parts, on: target.device))
    }
    let product = try (x * t).sum(1)
    // Sums of squares by half of their derivative, twice: a square's own backward pass makes three tensors as large as the target
    // where this makes one. The numbers are the same, bit for bit.
    let half = try (x * x.detached()).sum(1)
    let squares = try half * 2 - half.detached()
    // The floor lies far below any living map and keeps a dead one's cosine at 0.
    let lengths = try (squares * t.square().sum(1) + 1e-12).sqrt()
    return try 1 - (product / lengths).mean()
  }

  /// The template of each channel, [C]: floor(c K / C).
  static func owners(_ channels: Int, _ parts: Int, on device: Device) throws -> Tensor {
    try Tensor((0..<channels).map { $0 * parts / channels }, [channels]).to(device)
  }

  /// Mean energy of channels, against their mean over the batch, on photos that do not show their part: a part is absent by
  /// 1 - the largest value of its template, or with `isRelative` by how much that falls short of its mean over the batch: templates
  /// that are still forming are weak on all photos alike, and channels silenced then stay so. target: [B, C, H, W]. No gradient
  /// reaches the templates. `owners` as for `match`.
  static func silence(
    _ target: Tensor, _ templates: Tensor, isRelative: Bool = false, owners: Tensor? = nil
  ) throws -> Tensor {
    let (channels, parts) = (target.size(1), templates.size(1))
    let absent = try withoutGradient {
      let shown = try templates.max(2, 3)
      return try isRelative ? (1 - shown / (shown.mean(0, keep: true) + 1e-6)).clamped(min: 0) : 1 - shown
    }
    let owners = try owners ?? TemplateTerms.owners(channels, parts, on: target.device)
    let energy = try target.mean(2, 3)
    let usual = try energy.mean(0, keep: true).detached() + 1e-6
    return try (energy / usual * absent.indexed(1, owners)).mean()
  }

  /// Mean spatial variance of the templates about their centroids, in squared sides of the map. `marginals` are the templates', where
  /// they are at hand.
  static func concentration(_ templates: Tensor, marginals: Marginals? = nil) throws -> Tensor {
    let place = try places(templates)
    // Variance along an axis is E[x^2] - E[x]^2, from the marginals.
    func variance(_ share: Tensor) throws -> Tensor {
      let mean = try (share * place).sum(2, keep: true)
      return try (share * (place - mean).square()).sum(2)
    }
    let shares = try marginals ?? TemplateTerms.marginals(templates)
    return try (variance(shares.x) + variance(shares.y)).mean()
  }

  /// How far the templates' centroids are from lying as the parts of a head do; each counts as much as it is present. `marginals` as
  /// for `concentration`.
  static func layout(_ templates: Tensor, _ fit: FaceFit, marginals: Marginals? = nil) throws -> Tensor {
    let centroids = try centroids(templates, marginals)
    return try fit.misfit(x: centroids.x, y: centroids.y, weights: templates.detached().max(2, 3))
  }

  /// How much different templates' centroids crowd each other: mean over pairs of the squared shortfall of their distance from
  /// `distance` sides of the map, in shares of it. Each pair counts as much as both are present. `marginals` as for `concentration`.
  static func crowding(_ templates: Tensor, distance: Double, marginals: Marginals? = nil) throws -> Tensor {
    let (centroids, parts) = (try centroids(templates, marginals), templates.size(1))
    func squares(_ at: Tensor) throws -> Tensor { try (at.unsqueezed(2) - at.unsqueezed(1)).square() }
    // The floor keeps the root's derivative finite where two lie on one spot.
    let apart = try (squares(centroids.x) + squares(centroids.y) + 1e-6).sqrt()
    let present = try templates.detached().max(2, 3)
    let different = try 1 - Tensor.range(parts, dtype: .int64, on: templates.device).oneHot(parts).to(templates.dtype)
    let counts = try present.unsqueezed(2) * present.unsqueezed(1) * different
    return try ((1 - apart / distance).clamped(min: 0).square() * counts).sum(1, 2).mean() / Double(parts * (parts - 1))
  }

  /// The shares of a template's mass in each column and in each row, [B, K, side].
  typealias Marginals = (x: Tensor, y: Tensor)

  static func marginals(_ templates: Tensor) throws -> Marginals {
    let mass = try (templates.sum(2, 3) + 1e-6).unsqueezed(2)
    return try (templates.sum(2) / mass, templates.sum(3) / mass)
  }

  /// Where the templates' centroids are, in sides of the map, [B, K].
  private static func centroids(_ templates: Tensor, _ marginals: Marginals?) throws -> (x: Tensor, y: Tensor) {
    let place = try places(templates)
    let shares = try marginals ?? TemplateTerms.marginals(templates)
    return (try (shares.x * place).sum(2), try (shares.y * place).sum(2))
  }

  /// Where columns and rows are, in sides of the map, [side].
  private static func places(_ templates: Tensor) throws -> Tensor {
    let side = templates.size(2)
    return try Tensor.range(side, on: templates.device).to(templates.dtype) / Double(side)
  }

  /// Mean squared positive cosine of different parts' pooled features [B, K, F].
  static func distinctness(_ pooled: Tensor) throws -> Tensor {
    let parts = pooled.size(1)
    let unit = try pooled.normalized(2)
    let likeness = try unit.matmul(unit.transposed(1, 2))
    let own = try Tensor.range(parts, dtype: .int64, on: pooled.device).oneHot(parts).to(pooled.dtype)
    return try ((likeness - own).clamped(min: 0).square().sum(1, 2) / Double(parts * (parts - 1))).mean()
  }

  /// 1 - mean over parts, and the `share` of images that show each best, of the largest average over `cells` x `cells`:
  /// every part is on that many faces. Cells outside the map count as zeros.
  static func presence(_ templates: Tensor, cells: Int = 3, share: Double = 1) throws -> Tensor {
    let pooled = cells == 1 ? templates : try templates.averagePooled(kernel: cells, stride: 1, padding: cells / 2)
    let shown = try pooled.max(2, 3)
    let images = shown.size(0)
    let count = max(1, Int((share * Double(images)).rounded()))
    return try 1 - (count < images ? shown.top(count, 0).values : shown).mean()
  }

  /// 1 - mean over images and parts of how much structure ([B, 1, H, W] or one map a template) a template is on.
  static func structure(_ templates: Tensor, _ structure: Tensor) throws -> Tensor {
    try 1 - ((templates * structure).sum(2, 3) / (templates.sum(2, 3) + 1e-6)).mean()
  }

  /// What is dark and small beside brighter surroundings, as eyes, brows, nostrils and mouths are on every face: the black
  /// top-hat of the brightness (Serra 1982; closing less picture, windows of a sixth of the side), averaged over 3 x 3 cells and
  /// set against its mean m in the image as v / (v + m + 0.001), in [0, 1), 0 in an even picture. images: [B, 3, S, S]; gives [B, 1, side, side].
  static func darkStructure(_ images: Tensor, side: Int) throws -> Tensor {
    try topHat(-brightness(images, side: side), window: max(1, 2 * side / 12) * 2 + 1)
  }

  /// What is bright beside darker surroundings, as lit skin is: the white top-hat (picture less opening, windows of a quarter of
  /// the side), otherwise as ``darkStructure(_:side:)``. Chin, forehead, cheekbones and the ridge of the nose have it.
  static func brightStructure(_ images: Tensor, side: Int) throws -> Tensor {
    try topHat(brightness(images, side: side), window: max(1, 2 * side / 8) * 2 + 1)
  }

  /// At twice the map's side.
  private static func brightness(_ images: Tensor, side: Int) throws -> Tensor {
    try images.mean(1, keep: true).averagePooled(toHeight: 2 * side, width: 2 * side)
  }

  /// A map less its opening by a square of `window` cells, at half its side, against its mean. In the average over 3 x 3 cells those
  /// outside the map count as zeros: its border says less.
  private static func topHat(_ map: Tensor, window: Int) throws -> Tensor {
    func grown(_ map: Tensor) throws -> Tensor { try map.maxPooled(kernel: window, stride: 1, padding: window / 2) }
    let opened = try grown(-grown(-map))
    let hat = try (map - opened).averagePooled(kernel: 2, stride: 2).averagePooled(kernel: 3, stride: 1, padding: 1)
    return try hat / (hat + hat.mean(2, 3, keep: true) + 1e-3)
  }

  /// Mean -log of the background's share [B, 1, H, W] on the border ring: outside of 1.1 half sides from the middle.
  /// 0 for maps of up to 4 x 4, whose corners lie within. `ring` is `borderRing`, where it is at hand.
  static func background(_ background: Tensor, ring: Tensor? = nil) throws -> Tensor {
    let side = background.size(2)
    let ring = try (ring ?? borderRing(side, on: background.device)).to(background.dtype)
    return try -((background + 1e-4).log() * ring).sum() / (ring.sum() * Double(background.size(0))).clamped(min: 1)
  }

  /// Ones outside of 1.1 half sides from the middle, [H, W].
  static func borderRing(_ side: Int, on device: Device) throws -> Tensor {
    let middle = Double(side - 1) / 2
    let values = (0..<(side * side)).map { place -> Float in
      let (x, y) = (Double(place % side) - middle, Double(place / side) - middle)
      return (x * x + y * y).squareRoot() / (Double(side) / 2) > 1.1 ? 1 : 0
    }
    return try Tensor(values, [side, side]).to(device)
  }

  /// 1 - entropy of the templates' masses over log K: 0 when all are equally large.
  static func balance(_ templates: Tensor) throws -> Tensor {
    let mass = try templates.sum(0, 2, 3)
    // The floor keeps templates that are nowhere, all of them background, from becoming NaN.
    let share = try mass / mass.sum().clamped(min: 1e-12)
    return try 1 + (share * (share + 1e-8).log()).sum() / log(Double(templates.size(1)))
  }

  /// Mean of 1 - cosine of two stacks of templates.
  static func difference(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    let product = try (a * b).sum(2, 3)
    let lengths = try (a.square().sum(2, 3) * b.square().sum(2, 3) + 1e-12).sqrt()
    return try 1 - (product / lengths).mean()
  }
}
