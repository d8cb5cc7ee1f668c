package h5
import ("testing";"math/rand/v2";"slices")
func BenchmarkZZ(b *testing.B){
 f,err:=Open("/tmp/h5s/files/points.h5", ReadWrite); if err!=nil{b.Fatal(err)}
 d,_:=f.Dataset("x")
 var ks []int
 for range 10000 { ks=append(ks,rand.IntN(3000000)) }
 slices.Sort(ks); ks=slices.Compact(ks)
 out:=make([]float64,len(ks))
 var p [3][]int
 for _,k:=range ks { p[0]=append(p[0],k/3000); p[1]=append(p[1],k/3%1000); p[2]=append(p[2],k%3) }
 b.ReportAllocs()
 for b.Loop() { if err:=d.ReadInto(&out,p[0],p[1],p[2]); err!=nil {b.Fatal(err)} }
}
