import Torch

extension Tensor {
  /// Images [B, C, H, W] mirrored from left to right.
  public func mirrorImages() throws -> Tensor { try flipped(3).channelsLast() }
}

extension FaceNetwork {
  /// Embeddings of the mirror images of images [B, 3, S, S], [B, D], not normalized.
  public func mirrorEmbedding(_ images: Tensor) throws -> Tensor { try self(images.mirrorImages()).embedding }

  /// The sum of an image's embedding and its mirror image's, each of unit length, [B, D]: what `--flip` compares.
  ///
  /// embedding: that of the images, [B, D], of any length.
  public func flipEmbedding(_ embedding: Tensor, of images: Tensor) throws -> Tensor {
    try embedding.normalized(1) + mirrorEmbedding(images).normalized(1)
  }
}
