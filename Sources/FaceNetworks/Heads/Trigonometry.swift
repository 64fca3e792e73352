import Foundation

func cosOf(_ angle: Double) -> Double { cos(angle) }
func sinOf(_ angle: Double) -> Double { sin(angle) }
