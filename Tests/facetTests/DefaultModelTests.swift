import Testing

@testable import facet

@Suite struct DefaultModelTests {
  @Test func isLookedForAboveTheProgram() {
    let places = DefaultModel.candidates(program: "/a/clone/.build/debug/facet")
    #expect(
      places == [
        "/a/clone/.build/share/facet/facet-small.safetensors", "/a/clone/.build/debug/Models/facet-small.safetensors",
        "/a/clone/.build/Models/facet-small.safetensors", "/a/clone/Models/facet-small.safetensors",
        "/a/Models/facet-small.safetensors",
      ])
  }

  @Test func aNameThatIsGivenIsTaken() throws { #expect(try DefaultModel.path("mine") == "mine") }
}
